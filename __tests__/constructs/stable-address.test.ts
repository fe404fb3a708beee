import { HostSecurityGroup } from '../../constructs/host-security-group';
import { NixosHost } from '../../constructs/nixos-host';
import { StableAddress } from '../../constructs/stable-address';
import { only, synthesize } from '../synthesized';

const stack = synthesize((scope) => {
  const securityGroup = new HostSecurityGroup(scope, 'group', { namePrefix: 'test-', tcpPorts: [80] });
  const image = { amiId: 'ami-0123456789abcdef0', system: 'x86_64-linux' } as const;
  const host = new NixosHost(scope, 'host', { image, securityGroup, name: 'test' });
  new StableAddress(scope, 'address', { host, name: 'test' });
});

test('the address knows no instance: it stays when that is replaced', () => {
  const address = only(stack, 'aws_eip');
  expect(address).toMatchObject({ domain: 'vpc', tags: { Name: 'test' } });
  expect(JSON.stringify(address)).not.toContain('aws_instance');
});

test('a new instance takes it from the old one, once it is there', () => {
  expect(only(stack, 'aws_eip_association')).toMatchObject({
    allocation_id: '${aws_eip.address.id}',
    instance_id: '${aws_instance.host.id}',
    allow_reassociation: true,
    lifecycle: { create_before_destroy: true },
  });
});
