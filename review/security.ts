import { pathName } from './attributes';
import { isConfigured } from './configured';
import { withoutKeys } from './dependencies';
import { depth, isEmpty, isObject, member } from './json';
import { type Plan, type ResourceChange } from './plan';
import { type Secrets, SENSITIVE } from './secrets';
import { name, UNKNOWN, value } from './values';

/** One value of a new resource that decides who can reach it, what it may do, or who can read what it holds. */
interface Fact {
  /** Markdown. */
  readonly text: string;
  /** Whether it opens something to everybody, or gives everything away. */
  readonly isOpen: boolean;
}

/**
 * The values of a resource that decide about security, as Markdown: the open ones
 * first and in bold. Networks, statements of policies, and any attribute whose name
 * says that it is about access or encryption.
 */
export function securityFacts(change: ResourceChange, plan: Plan): string[] {
  return [...facts(change, plan)]
    .toSorted((one, other) => Number(other.isOpen) - Number(one.isOpen))
    .map(({ text, isOpen }) => (isOpen ? `**${text}**` : text));
}

type Path = readonly (string | number)[];

/** Names of attributes, at any depth. */
const ABOUT_SECURITY =
  /acl|access|anonymous|assume|auth|cidr|encrypt|external_id|grant|hop_limit|http_endpoint|http_tokens|iam_|instance_profile|key_id|key_name|kms|mfa|object_ownership|owners?$|permission|polic|principal|privileged|protocol|public|restrict|role$|role_arn|security_groups?|sharing|sse_algorithm|ssl|tls|user_data|visibility/;

/** A value that opens, wherever it is. */
const OPEN_VALUES = /^(?:0\.0\.0\.0\/0|::\/0|public-read|public-read-write|authenticated-read|\*|NONE)$/;

/** Attributes that open when they are, or that close and are not. */
const OPEN_IF: readonly (readonly [RegExp, unknown])[] = [
  [/^(?:block_public_(?:acls|policy)|ignore_public_acls|restrict_public_buckets)$/, false],
  [
    /^(?:encrypted|storage_encrypted|\w*encryption_enabled|at_rest_encryption\w*|in_transit_encryption\w*)$/,
    false,
  ],
  [/^(?:publicly_accessible|map_public_ip_on_launch|privileged)$/, true],
  [/^http_tokens$/, 'optional'],
];

/** Policies of AWS by which everything is allowed. */
const ALL_ALLOWED = /:aws:policy\/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

function* facts(change: ResourceChange, plan: Plan): Generator<Fact> {
  const expressions = plan.configured.get(withoutKeys(change.address));
  if (isRule(change.after)) {
    yield rule(change.after, '', change.type.includes('egress'), plan.secrets);
    return;
  }
  for (const [path, of, isSensitive] of leaves(change.after, change.afterSensitive, [])) {
    const label = path.findLast((key) => typeof key === 'string') ?? '';
    const isOpen = opens(label, of);
    // What nobody configured is the provider's default: worth a word only where it opens.
    if (!isOpen && expressions !== undefined && !isConfigured(expressions, path)) continue;
    if (isSensitive) {
      if (ABOUT_SECURITY.test(label))
        yield { text: `${name(pathName(path), plan.secrets)} ${SENSITIVE}`, isOpen: false };
    } else if (isRule(of)) yield rule(of, `${pathName(path)} `, path[0] === 'egress', plan.secrets);
    else if (statements(of) !== undefined) yield* policy(path, of, plan.secrets);
    else if (isOpen || (ABOUT_SECURITY.test(path.join('.')) && !isEmpty(of)))
      yield { text: `${name(pathName(path), plan.secrets)} ${value(of, plan.secrets)}`, isOpen };
  }
  yield* unknowns(change, expressions, plan.secrets);
  if (
    expressions !== undefined &&
    hasMetadata(change.type) &&
    !isConfigured(expressions, ['metadata_options'])
  )
    yield {
      text: '`metadata_options` not configured: IMDSv1 is allowed unless the account forbids it',
      isOpen: true,
    };
}

function hasMetadata(type: string): boolean {
  return type === 'aws_instance' || type === 'aws_launch_template';
}

/** What is configured, but known only once it is applied, is as worth a look. */
function* unknowns(change: ResourceChange, expressions: unknown, secrets: Secrets): Generator<Fact> {
  for (const [path, isUnknown] of leaves(change.unknown, undefined, [])) {
    if (isUnknown === true && ABOUT_SECURITY.test(path.join('.')) && isConfigured(expressions, path))
      yield { text: `${name(pathName(path), secrets)} ${UNKNOWN}`, isOpen: false };
  }
}

function opens(label: string, of: unknown): boolean {
  return (
    (typeof of === 'string' && (OPEN_VALUES.test(of) || ALL_ALLOWED.test(of))) ||
    OPEN_IF.some(([pattern, open]) => pattern.test(label) && of === open)
  );
}

/** The values without parts; rules of networks are not taken apart. */
function* leaves(of: unknown, marks: unknown, path: Path): Generator<[Path, unknown, boolean]> {
  if (marks === true || typeof of !== 'object' || of === null || (path.length > 0 && isRule(of))) {
    yield [path, of, marks === true];
    return;
  }
  const entries: [string | number, unknown][] = Array.isArray(of)
    ? of.map((item: unknown, index) => [index, item])
    : Object.entries(of);
  for (const [key, item] of entries)
    if (key !== 'tags' && key !== 'tags_all') yield* leaves(item, member(marks, key), [...path, key]);
}

/** A rule of a firewall: ports, and from where or to where. */
function isRule(of: unknown): boolean {
  return (
    isObject(of) &&
    (Object.hasOwn(of, 'from_port') || Object.hasOwn(of, 'ip_protocol')) &&
    (Object.hasOwn(of, 'protocol') || Object.hasOwn(of, 'ip_protocol'))
  );
}

const PEERS = [
  'cidr_blocks',
  'ipv6_cidr_blocks',
  'cidr_block',
  'ipv6_cidr_block',
  'cidr_ipv4',
  'cidr_ipv6',
  'prefix_list_ids',
  'prefix_list_id',
  'security_groups',
  'source_security_group_id',
  'referenced_security_group_id',
];

/** `ingress[0] tcp 80 0.0.0.0/0`. */
function rule(of: unknown, label: string, isEgress: boolean, secrets: Secrets): Fact {
  const peers = PEERS.flatMap((key) => member(of, key) ?? []).filter(isText);
  const protocol = member(of, 'protocol') ?? member(of, 'ip_protocol');
  const direction = member(of, 'type');
  const text = [
    ...(typeof direction === 'string' ? [direction] : []),
    protocol === '-1' ? 'all protocols' : String(protocol),
    ...(protocol === '-1' ? [] : [ports(member(of, 'from_port'), member(of, 'to_port'))]),
    ...(member(of, 'self') === true ? ['itself'] : []),
    peers.length > 0 ? peers.join(', ') : 'known after apply',
  ].join(' ');
  const isOut = isEgress || direction === 'egress';
  return {
    text: name(label + text, secrets),
    isOpen: !isOut && peers.some((peer) => peer.endsWith('/0')),
  };
}

function isText(of: unknown): of is string {
  return typeof of === 'string' && of !== '';
}

function ports(from: unknown, to: unknown): string {
  return from === to ? String(from) : `${String(from)}–${String(to)}`;
}

/** Policies end far earlier. */
const DEEPEST = 50;

/** The statements of a policy, which is a document of JSON in a text. */
function statements(of: unknown): readonly unknown[] | undefined {
  if (typeof of !== 'string' || !of.trimStart().startsWith('{')) return undefined;
  try {
    const document: unknown = JSON.parse(of);
    if (depth(document, DEEPEST) > DEEPEST) return undefined;
    const all = member(document, 'Statement');
    return Array.isArray(all) ? all : isObject(all) ? [all] : undefined;
  } catch {
    return undefined;
  }
}

function* policy(path: Path, of: unknown, secrets: Secrets): Generator<Fact> {
  for (const statement of statements(of) ?? []) {
    const part = (...keys: string[]): string[] =>
      keys.flatMap((key) => {
        const found = member(statement, key);
        if (found === undefined) return [];
        return [(key.startsWith('Not') ? 'all but ' : '') + listed(found)];
      });
    const effect = String(member(statement, 'Effect'));
    const [action = '', resource = '', principal = ''] = [
      part('Action', 'NotAction').join(' '),
      part('Resource', 'NotResource').join(' '),
      part('Principal', 'NotPrincipal').join(' '),
    ];
    const condition = isEmpty(member(statement, 'Condition'))
      ? ''
      : ` if ${JSON.stringify(member(statement, 'Condition'))}`;
    const text = `${effect} ${action}${resource === '' ? '' : ` on ${resource}`}${principal === '' ? '' : ` to ${principal}`}${condition}`;
    yield {
      text: `${name(pathName(path), secrets)}: ${name(text, secrets)}`,
      isOpen:
        effect === 'Allow' && (isWide(principal) ? condition === '' : isWide(action) && isWide(resource)),
    };
  }
}

/** Whether a list has everything in it: `*`, or all of a service (`s3:*`), or all but a few. */
function isWide(list: string): boolean {
  return /(^|[ ,:])\*($|[ ,])|^all but /.test(list);
}

/** `{"AWS": ["a", "b"]}` → `a, b`. */
function listed(of: unknown): string {
  if (Array.isArray(of)) return of.map(listed).join(', ');
  return isObject(of) ? Object.values(of).map(listed).join(', ') : String(of);
}
