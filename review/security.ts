import { pathName } from './attributes';
import { isConfigured } from './configured';
import { withoutKeys } from './dependencies';
import { at, canonical, isEmpty, member } from './json';
import { type Fact } from './fact';
import { isRule, ruleFact } from './firewall-rules';
import { opens } from './open-values';
import { statements, statementFact } from './policies';
import { type Plan, type ResourceChange } from './plan';
import { type Secrets, SENSITIVE } from './secrets';
import { name, UNKNOWN, value } from './values';

/**
 * The values of a resource that decide about security, as Markdown: the open ones
 * first and in bold. Networks, statements of policies, and any attribute whose name
 * says that it is about access or encryption.
 */
export function securityFacts(change: ResourceChange, plan: Plan): string[] {
  return openFirst([...facts(change, plan)]);
}

/** The statements that the policies of a resource have from now on and did not have before, as Markdown. */
export function newStatements(change: ResourceChange, plan: Plan): string[] {
  const added = [...leaves(change.after, change.afterSensitive, [])].flatMap(([path, of, isSensitive]) => {
    if (isSensitive) return [];
    const known = new Set(statements(at(change.before, path))?.map(canonical));
    const others = statements(of)?.filter((statement) => !known.has(canonical(statement))) ?? [];
    return others.map((statement) => statementFact(path, statement, plan.secrets));
  });
  return openFirst(added);
}

function openFirst(all: readonly Fact[]): string[] {
  return all
    .toSorted((one, other) => Number(other.isOpen) - Number(one.isOpen))
    .map(({ text, isOpen }) => (isOpen ? `**${text}**` : text));
}

type Path = readonly (string | number)[];

/** Names of attributes, at any depth. */
const ABOUT_SECURITY =
  /acl|access|anonymous|assume|auth|cidr|encrypt|external_id|grant|hop_limit|http_endpoint|http_tokens|iam_|instance_profile|key_id|key_name|kms|mfa|object_ownership|owners?$|permission|polic|principal|privileged|protocol|public|restrict|role$|role_arn|security_groups?|sharing|sse_algorithm|ssl|tls|user_data|visibility/;

function* facts(change: ResourceChange, plan: Plan): Generator<Fact> {
  const expressions = plan.configured.get(withoutKeys(change.address));
  if (isRule(change.after)) {
    yield ruleFact(change.after, '', change.type.includes('egress'), plan.secrets);
    return;
  }
  for (const [path, of, isSensitive] of leaves(change.after, change.afterSensitive, [])) {
    const label = path.findLast((key) => typeof key === 'string') ?? '';
    const isOpen = opens(path, of);
    // What nobody configured is the provider's default: worth a word only where it opens.
    if (!isOpen && expressions !== undefined && !isConfigured(expressions, path)) continue;
    if (isSensitive) {
      if (ABOUT_SECURITY.test(label))
        yield { text: `${name(pathName(path), plan.secrets)} ${SENSITIVE}`, isOpen: false };
    } else if (isRule(of)) yield ruleFact(of, `${pathName(path)} `, path[0] === 'egress', plan.secrets);
    else if (statements(of) !== undefined)
      for (const statement of statements(of) ?? []) yield statementFact(path, statement, plan.secrets);
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
