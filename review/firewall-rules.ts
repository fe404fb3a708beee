import { type Fact } from './fact';
import { isObject, member } from './json';
import { type Secrets } from './secrets';
import { name } from './values';

/** A rule of a firewall: ports, and from where or to where. */
export function isRule(of: unknown): boolean {
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

/** `ingress[0] tcp 80 0.0.0.0/0`. A way out is open to everybody as a rule, and no fact to stress. */
export function ruleFact(of: unknown, label: string, isEgress: boolean, secrets: Secrets): Fact {
  const all = PEERS.flatMap((key) => member(of, key) ?? []).filter(isText);
  // The open ones first: a long list is cut.
  const peers = all.toSorted((one, other) => Number(isEverybody(other)) - Number(isEverybody(one)));
  const protocol = member(of, 'protocol') ?? member(of, 'ip_protocol');
  const words = [member(of, 'type'), member(of, 'rule_action'), member(of, 'action')].filter(isText);
  const isItself = member(of, 'self') === true;
  const text = [
    ...words,
    protocol === '-1' ? 'all protocols' : String(protocol),
    ...(protocol === '-1' ? [] : [ports(member(of, 'from_port'), member(of, 'to_port'))]),
    ...(isItself ? ['itself'] : []),
    peers.length > 0 || isItself ? peers.join(', ') : 'known after apply',
  ].join(' ');
  const isHarmless = isEgress || words.some((word) => word === 'egress' || word === 'deny');
  return { text: name((label + text).trim(), secrets), isOpen: !isHarmless && peers.some(isEverybody) };
}

function isEverybody(peer: string): boolean {
  return peer.endsWith('/0');
}

function isText(of: unknown): of is string {
  return typeof of === 'string' && of !== '';
}

function ports(from: unknown, to: unknown): string {
  return from === to ? String(from) : `${String(from)}–${String(to)}`;
}
