import { HostSecurityGroup, type HostSecurityGroupProps } from '../../constructs/host-security-group';
import { only, synthesize } from '../synthesized';

function groupOf(props: Partial<HostSecurityGroupProps> = {}) {
  const stack = synthesize((scope) => {
    new HostSecurityGroup(scope, 'group', { namePrefix: 'test-', tcpPorts: [80], ...props });
  });
  return only(stack, 'aws_security_group');
}

const rule = (port: number) =>
  expect.objectContaining({ from_port: port, to_port: port, protocol: 'tcp' }) as unknown;

test('default: its ports for everybody, ssh for nobody', () => {
  const { ingress } = groupOf();
  expect(ingress).toEqual([rule(80)]);
  expect(ingress).toMatchObject([{ cidr_blocks: ['0.0.0.0/0'], ipv6_cidr_blocks: ['::/0'] }]);
});

test('everything out, said explicitly', () => {
  expect(groupOf().egress).toMatchObject([
    { from_port: 0, to_port: 0, protocol: '-1', cidr_blocks: ['0.0.0.0/0'], ipv6_cidr_blocks: ['::/0'] },
  ]);
});

test('ssh from named networks alone, each family in its place', () => {
  const { ingress } = groupOf({ sshCidrs: ['203.0.113.7/32', '2001:db8::/32'] });
  expect(ingress).toEqual([rule(80), rule(22)]);
  expect(ingress).toMatchObject([
    {},
    { cidr_blocks: ['203.0.113.7/32'], ipv6_cidr_blocks: ['2001:db8::/32'] },
  ]);
});

test('vpcId', () => {
  expect(groupOf()).not.toHaveProperty('vpc_id');
  expect(groupOf({ vpcId: 'vpc-1' })).toMatchObject({ vpc_id: 'vpc-1' });
});

test.each([0, 65536, 8.5, -1])('port %d is refused', (port) => {
  expect(() => groupOf({ tcpPorts: [port] })).toThrow(
    `tcpPorts must be from 1 to 65535, a range from low to high, got: ${port}`,
  );
});

test('a range from high to low is refused', () => {
  expect(() => groupOf({ udpPorts: [{ from: 9, to: 8 }] })).toThrow(
    'udpPorts must be from 1 to 65535, a range from low to high, got: {"from":9,"to":8}',
  );
});

test('ranges, and UDP beside TCP', () => {
  expect(groupOf({ tcpPorts: [{ from: 8000, to: 8010 }], udpPorts: [53] }).ingress).toMatchObject([
    { from_port: 8000, to_port: 8010, protocol: 'tcp' },
    { from_port: 53, to_port: 53, protocol: 'udp', cidr_blocks: ['0.0.0.0/0'], ipv6_cidr_blocks: ['::/0'] },
  ]);
});

test.each([22, { from: 20, to: 30 }])('ssh for everybody is refused: %j', (port) => {
  expect(() => groupOf({ tcpPorts: [80, port] })).toThrow(
    'tcpPorts must not contain 22: name who may reach it in sshCidrs',
  );
});
