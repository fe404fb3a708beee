import { type Check, readChecks } from './checks';
import { type Configured, readConfigured } from './configured';
import { readDependencies } from './dependencies';
import { ACTIONS, unknownIn } from './format';
import { type Deferral, type Invocation, readDeferrals, readInvocations } from './invocations';
import { depth, isObject, Reader, ReviewError } from './json';
import { visible } from './markdown';
import { type Secrets } from './secrets';
import { readSecrets } from './sensitive-values';

/**
 * What happens to one resource. `forget`: Terraform lets go of it without destroying
 * it. `replaceAndForget`: so it does, and makes another in its place.
 */
export type Action =
  | 'create'
  | 'update'
  | 'replace'
  | 'replaceAndForget'
  | 'destroy'
  | 'forget'
  | 'read'
  | 'none';

/** Values before and after, with the same shape of marks for what is unknown or sensitive. */
export interface Change {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
}

/** What an existing object is taken over by: its id, or else what identifies it; neither where it is not known yet. */
export interface Importing {
  readonly id?: string;
  readonly identity?: unknown;
}

export interface ResourceChange extends Change {
  readonly address: string;
  readonly type: string;
  /** `ephemeral`: opened for one run and stored nowhere. */
  readonly mode: 'managed' | 'data' | 'ephemeral';
  readonly action: Action;
  /** A replacement that makes the new one before it destroys the old. */
  readonly createsFirst: boolean;
  /** Terraform's code for the reason, such as `replace_because_tainted`. */
  readonly reason?: string;
  /** Attributes that cannot be changed in place. */
  readonly replacePaths: readonly (readonly unknown[])[];
  readonly previousAddress?: string;
  readonly importing?: Importing;
  /** Whether Terraform wrote the configuration, from what it found. */
  readonly isGenerated: boolean;
}

export interface OutputChange extends Change {
  readonly action: Action;
}

/** One stack's plan, as far as a reviewer needs it. */
export interface Plan {
  readonly stack: string;
  readonly changes: readonly ResourceChange[];
  /** What the refresh found to differ from the state, Terraform's raw list. */
  readonly drift: readonly ResourceChange[];
  readonly outputs: ReadonlyMap<string, OutputChange>;
  /** Actions of providers that are invoked while the plan is applied. */
  readonly invocations: readonly Invocation[];
  /** What cannot be planned before this plan is applied. */
  readonly deferrals: readonly Deferral[];
  /** Conditions of the configuration that are not known to hold. */
  readonly checks: readonly Check[];
  /** Whether applying does anything at all, by Terraform; undefined by OpenTofu. */
  readonly isApplyable?: boolean;
  /** False where another plan is needed after this one. */
  readonly isComplete: boolean;
  /** Address → the addresses it uses. */
  readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>;
  readonly configured: Configured;
  readonly secrets: Secrets;
}

/** Values nested deeper than this are no plan's: Terraform's own end far earlier. */
const DEEPEST = 400;

/**
 * Reads the output of `terraform show -json` or `tofu show -json` of a saved plan.
 * The format: Terraform's documentation, "JSON Output Format", format version 1.
 */
export function readPlan(text: string, stack: string, source: string): Plan {
  const root = Reader.of(parse(text, source), source);
  const version = root.text('format_version');
  if (!/^1(\.|$)/.test(version)) {
    throw new ReviewError(
      `${source}: format version ${JSON.stringify(version)} is not known, expected 1.x: update this project`,
    );
  }
  if (!isObject(root.get('planned_values'))) {
    throw new ReviewError(
      `${source}: this is no plan (planned_values is missing); expected \`show -json\` of a plan`,
    );
  }
  if (root.optionalFlag('errored') === true) {
    throw new ReviewError(
      `${source}: the plan is only a part, planning failed: fix the error and plan again`,
    );
  }
  refuseUnknown(root, source);
  const isApplyable = root.optionalFlag('applyable');
  return {
    stack,
    changes: root.readers('resource_changes').map(readResourceChange),
    drift: root.readers('resource_drift').map(readResourceChange),
    outputs: new Map(
      root.members('output_changes').map(([name, change]) => [name, readOutputChange(change)]),
    ),
    invocations: readInvocations(root),
    deferrals: readDeferrals(root, readResourceChange),
    checks: readChecks(root),
    ...(isApplyable === undefined ? {} : { isApplyable }),
    isComplete: root.optionalFlag('complete') ?? true,
    dependencies: readDependencies(root),
    configured: readConfigured(root),
    secrets: readSecrets(root),
  };
}

function parse(text: string, source: string): unknown {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the plan, which has sensitive values in clear.
    const place = /position \d+/.exec(String(error))?.[0];
    const hint = text.startsWith('PK')
      ? 'this is the saved plan itself: give what `terraform show -json` prints of it'
      : `not JSON, or cut short (${text.length} characters${place === undefined ? '' : `, ${place}`})`;
    throw new ReviewError(`${source}: ${hint}`);
  }
  if (depth(plan, DEEPEST) > DEEPEST) {
    throw new ReviewError(`${source}: values are nested more than ${DEEPEST} deep, which no plan needs`);
  }
  return plan;
}

/** What this project does not know may be anything: nothing is judged beside it, and all of it is named. */
function refuseUnknown(root: Reader, source: string): void {
  const unknown = unknownIn(root);
  if (unknown.length === 0) return;
  const shown = unknown.slice(0, 20).map((what) => `\n  ${visible(what)}`);
  const more = unknown.length > shown.length ? `\n  …and ${unknown.length - shown.length} more` : '';
  throw new ReviewError(
    `${source}: the plan has what this project does not know, so nothing of it is judged: update this project${shown.join('')}${more}`,
  );
}

function readResourceChange(entry: Reader): ResourceChange {
  const change = entry.child('change');
  const reason = entry.optionalText('action_reason');
  const previousAddress = entry.optionalText('previous_address');
  const importing = readImporting(change);
  const deposed = entry.optionalText('deposed');
  return {
    address: entry.text('address') + (deposed === undefined ? '' : ` (deposed ${deposed})`),
    type: entry.text('type'),
    mode: readMode(entry.text('mode')),
    action: readAction(change),
    createsFirst: change.list('actions')[0] === 'create' && change.list('actions').length > 1,
    replacePaths: change.list('replace_paths').map(asPath),
    isGenerated: change.optionalText('generated_config') !== undefined,
    ...readValues(change),
    ...(reason === undefined ? {} : { reason }),
    ...(previousAddress === undefined ? {} : { previousAddress }),
    ...(importing === undefined ? {} : { importing }),
  };
}

function readMode(mode: string): ResourceChange['mode'] {
  return mode === 'data' || mode === 'ephemeral' ? mode : 'managed';
}

function readImporting(change: Reader): Importing | undefined {
  if (change.get('importing') === undefined) return undefined;
  const importing = change.child('importing');
  const [id, identity] = [importing.optionalText('id'), importing.get('identity')];
  return { ...(id === undefined ? {} : { id }), ...(identity === undefined ? {} : { identity }) };
}

function readValues(change: Reader): Change {
  return {
    before: change.get('before'),
    after: change.get('after'),
    unknown: change.get('after_unknown'),
    beforeSensitive: change.get('before_sensitive'),
    afterSensitive: change.get('after_sensitive'),
  };
}

/** A path is a list of names and indexes. */
function asPath(path: unknown): readonly unknown[] {
  return Array.isArray(path) ? path : [path];
}

function readOutputChange(change: Reader): OutputChange {
  return { action: readAction(change), ...readValues(change) };
}

/** Known, or else the plan was refused before. */
function readAction(change: Reader): Action {
  return ACTIONS.get(change.list('actions').join()) ?? 'none';
}
