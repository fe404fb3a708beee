import { attributeChanges, hasMark } from './attributes';
import { isConfigured } from './configured';
import { nearest, withoutKeys } from './dependencies';
import { HARMLESS_ACTIONS, HOLDS_NOTHING, keepsData } from './harmless';
import { at, canonical, isEmpty, isObject, member } from './json';
import { type Plan, type ResourceChange } from './plan';
import { name } from './values';

/** Something that is not known to keep all data. */
export interface Loss {
  readonly address: string;
  /** What happens to it, as Markdown, to be read after the address: `is destroyed`. */
  readonly what: string;
}

/**
 * What the plan does that is not known to be harmless to data: judged by the types,
 * attributes and actions that are known to hold or lose none.
 */
export function findLosses(plan: Plan): Loss[] {
  const isNew = newBuckets(plan);
  const changes = [...plan.changes, ...plan.deferrals.flatMap(({ change }) => change ?? [])];
  const invocations = [...plan.invocations, ...plan.deferrals.flatMap(({ invocation }) => invocation ?? [])];
  return [
    ...changes
      .filter(({ mode }) => mode === 'managed')
      .flatMap((change) =>
        lossesOf(change, plan, isNew).map((what): Loss => ({ address: change.address, what })),
      ),
    ...invocations
      .filter(({ type }) => !HARMLESS_ACTIONS.has(type))
      .map(({ address }) => ({ address, what: 'is invoked, and no plan says what it does' })),
  ];
}

function lossesOf(change: ResourceChange, plan: Plan, isNew: IsNewBucket): string[] {
  if (['none', 'read', 'forget'].includes(change.action)) return [];
  if (change.type === 'aws_s3_bucket_versioning') return versioning(change, plan, isNew);
  if (change.type === 'aws_instance') return volumes(change);
  if (/lifecycle|retention|expir/.test(change.type)) return expiry(change, plan, isNew);
  if (HOLDS_NOTHING.has(change.type)) return [];
  // What an upload overwrites is what was uploaded before.
  if (change.type === 'aws_s3_object' && change.action === 'update') return [];
  switch (change.action) {
    case 'destroy':
      return ['is destroyed'];
    case 'replace':
      return ['is replaced by an empty one'];
    case 'update':
      return updates(change, plan);
    default:
      return [];
  }
}

/** What is not configured, a provider or another resource fills in. */
function updates(change: ResourceChange, plan: Plan): string[] {
  const expressions = plan.configured.get(withoutKeys(change.address));
  return attributeChanges(change, plan.secrets)
    .filter(({ keys }) => expressions === undefined || isConfigured(expressions, keys))
    .filter(({ keys }) => !keepsData(keys, at(change.before, keys), at(change.after, keys)))
    .map(({ path, before, after }) => `changes ${name(path, plan.secrets)} ${before} → ${after}`);
}

/** Without versions, what is overwritten or deleted is gone. */
function versioning(change: ResourceChange, plan: Plan, isNew: IsNewBucket): string[] {
  if (change.action === 'destroy') return ['is destroyed: versions are no longer kept'];
  const configuration = first(member(change.after, 'versioning_configuration'));
  const keeps = member(configuration, 'status') === 'Enabled';
  return keeps || isOfNewBucket(change, plan, isNew) ? [] : ['does not keep versions'];
}

/** A volume that ends with its instance; the root volume is made from the image. */
function volumes(change: ResourceChange): string[] {
  if (change.action !== 'destroy' && change.action !== 'replace') return [];
  const devices = member(change.before, 'ebs_block_device');
  const lost = (Array.isArray(devices) ? devices : []).filter(
    (device: unknown) => member(device, 'delete_on_termination') !== false,
  );
  return lost.length > 0 ? ['takes its volumes (`ebs_block_device`) along'] : [];
}

/** Rules by which something ends on its own. Those that were there before, or end no object, lose nothing more. */
function expiry(change: ResourceChange, plan: Plan, isNew: IsNewBucket): string[] {
  if (change.type !== 'aws_s3_bucket_lifecycle_configuration') {
    return change.action === 'destroy' ? [] : ['decides what ends on its own'];
  }
  if (change.action === 'destroy' || isOfNewBucket(change, plan, isNew)) return [];
  if (hasMark(member(change.unknown, 'rule'))) return ['decides what expires, by rules known after apply'];
  const known = new Set(rules(change.before).map(canonical));
  const added = rules(change.after).filter((rule) => !known.has(canonical(rule)) && !isHarmlessRule(rule));
  return added.map((rule) => `expires objects by its rule ${name(ruleId(rule), plan.secrets)}`);
}

function rules(configuration: unknown): readonly unknown[] {
  const all = member(configuration, 'rule');
  return Array.isArray(all) ? all : [];
}

/** One that is off, or does nothing but abort uploads, remove marks of deletion, or move objects to other storage. */
function isHarmlessRule(rule: unknown): boolean {
  if (member(rule, 'status') === 'Disabled') return true;
  const harmless = ['id', 'status', 'prefix', 'filter', 'transition', 'noncurrent_version_transition'];
  return Object.entries(isObject(rule) ? rule : {}).every(
    ([key, value]) =>
      harmless.includes(key) ||
      key === 'abort_incomplete_multipart_upload' ||
      isEmpty(value) ||
      (key === 'expiration' &&
        isEmpty(member(first(value), 'days')) &&
        isEmpty(member(first(value), 'date'))),
  );
}

function ruleId(rule: unknown): string {
  const id = member(rule, 'id');
  return typeof id === 'string' ? id : '';
}

function first(blocks: unknown): unknown {
  return Array.isArray(blocks) ? blocks[0] : blocks;
}

/** Whether an address, without keys, is of buckets that the plan creates; undefined where it is of none. */
type IsNewBucket = ReadonlyMap<string, boolean>;

function newBuckets(plan: Plan): IsNewBucket {
  const buckets = new Map<string, boolean>();
  for (const { type, address, action } of plan.changes) {
    if (type !== 'aws_s3_bucket') continue;
    const bucket = withoutKeys(address);
    buckets.set(bucket, (buckets.get(bucket) ?? true) && action === 'create');
  }
  return buckets;
}

/** Whether a setting is of a bucket that this plan creates, which has nothing to lose yet. */
function isOfNewBucket(change: ResourceChange, plan: Plan, isNew: IsNewBucket): boolean {
  if (change.action !== 'create') return false;
  const used = [...nearest(withoutKeys(change.address), plan.dependencies, (other) => isNew.has(other))];
  return used.length > 0 && used.every((bucket) => isNew.get(bucket));
}
