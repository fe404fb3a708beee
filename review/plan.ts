import { type Configured, readConfigured } from './configured';
import { readDependencies } from './dependencies';
import { isObject, Reader, ReviewError } from './json';
import { readSecrets, type Secrets } from './secrets';

/** What happens to one resource. `forget`: Terraform lets go of it without destroying it. */
export type Action = 'create' | 'update' | 'replace' | 'destroy' | 'forget' | 'read' | 'none';

/** Values before and after, with the same shape of marks for what is unknown or sensitive. */
export interface Change {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
}

export interface ResourceChange extends Change {
  readonly address: string;
  readonly type: string;
  readonly isData: boolean;
  readonly action: Action;
  /** A replacement that makes the new one before it destroys the old. */
  readonly createsFirst: boolean;
  /** Terraform's code for the reason, such as `replace_because_tainted`. */
  readonly reason?: string;
  /** Attributes that cannot be changed in place. */
  readonly replacePaths: readonly (readonly unknown[])[];
  readonly previousAddress?: string;
  readonly importId?: string;
}

export interface OutputChange {
  readonly action: Action;
}

/** One stack's plan, as far as a reviewer needs it. */
export interface Plan {
  readonly stack: string;
  readonly changes: readonly ResourceChange[];
  /** What the refresh found to differ from the state, Terraform's raw list. */
  readonly drift: readonly ResourceChange[];
  readonly outputs: ReadonlyMap<string, OutputChange>;
  /** Address → the addresses it uses. */
  readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>;
  readonly configured: Configured;
  readonly secrets: Secrets;
}

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
  if (root.get('errored') === true) {
    throw new ReviewError(
      `${source}: the plan is only a part, planning failed: mend the error and plan again`,
    );
  }
  return {
    stack,
    changes: root.readers('resource_changes').map(readResourceChange),
    drift: root.readers('resource_drift').map(readResourceChange),
    outputs: new Map(
      root.members('output_changes').map(([name, change]) => [name, readOutputChange(change)]),
    ),
    dependencies: readDependencies(root),
    configured: readConfigured(root),
    secrets: readSecrets(root),
  };
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = text.startsWith('PK')
      ? 'this is the saved plan itself: give what `terraform show -json` prints of it'
      : `not JSON, or cut short (${text.length} characters): ${error instanceof Error ? error.message : String(error)}`;
    throw new ReviewError(`${source}: ${hint}`, { cause: error });
  }
}

function readResourceChange(entry: Reader): ResourceChange {
  const change = entry.child('change');
  const actions = change.list('actions');
  const reason = entry.optionalText('action_reason');
  const previousAddress = entry.optionalText('previous_address');
  const importId = change.optionalChild('importing').optionalText('id');
  const deposed = entry.optionalText('deposed');
  return {
    address: entry.text('address') + (deposed === undefined ? '' : ` (deposed ${deposed})`),
    type: entry.text('type'),
    isData: entry.text('mode') === 'data',
    action: readAction(actions),
    createsFirst: actions[0] === 'create' && actions.length > 1,
    replacePaths: change.list('replace_paths').map(asPath),
    before: change.get('before'),
    after: change.get('after'),
    unknown: change.get('after_unknown'),
    beforeSensitive: change.get('before_sensitive'),
    afterSensitive: change.get('after_sensitive'),
    ...(reason === undefined ? {} : { reason }),
    ...(previousAddress === undefined ? {} : { previousAddress }),
    ...(importId === undefined ? {} : { importId }),
  };
}

/** A path is a list of names and indexes. */
function asPath(path: unknown): readonly unknown[] {
  return Array.isArray(path) ? path : [path];
}

function readOutputChange(change: Reader): OutputChange {
  return { action: readAction(change.list('actions')) };
}

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['no-op', 'none'],
  ['read', 'read'],
  ['create', 'create'],
  ['update', 'update'],
  ['delete', 'destroy'],
  ['forget', 'forget'],
  ['delete,create', 'replace'],
  ['create,delete', 'replace'],
  // The old one is left standing, a new one takes its place in the state.
  ['create,forget', 'create'],
]);

function readAction(actions: readonly unknown[]): Action {
  const action = ACTIONS.get(actions.join());
  if (action !== undefined) return action;
  throw new ReviewError(`the actions ${JSON.stringify(actions)} are not known: update this project`);
}
