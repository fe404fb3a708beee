import { KeyPair } from '@cdktf/provider-aws/lib/key-pair';

import { HostSecurityGroup } from '../../constructs/host-security-group';
import { NixosHost, type NixosHostProps } from '../../constructs/nixos-host';
import { only, synthesize } from '../synthesized';

function instanceOf(props: Partial<NixosHostProps> = {}, withKeyPair = false) {
  const stack = synthesize((scope) => {
    const securityGroup = new HostSecurityGroup(scope, 'group', { namePrefix: 'test-', tcpPorts: [80] });
    const image = { amiId: 'ami-0123456789abcdef0', system: 'x86_64-linux' } as const;
    new NixosHost(scope, 'host', {
      image,
      securityGroup,
      name: 'test',
      ...(withKeyPair && { keyPair: new KeyPair(scope, 'key', { publicKey: 'ssh-ed25519 AAAA' }) }),
      ...props,
    });
  });
  return only(stack, 'aws_instance');
}

test('default: the image, the group, a name and a public address', () => {
  expect(instanceOf()).toMatchObject({
    ami: 'ami-0123456789abcdef0',
    vpc_security_group_ids: ['${aws_security_group.group.id}'],
    associate_public_ip_address: true,
    tags: { Name: 'test' },
  });
  expect(instanceOf()).not.toHaveProperty('key_name');
});

test('its disk is encrypted, and as large as the image', () => {
  expect(instanceOf().root_block_device).toEqual({ encrypted: true, volume_type: 'gp3' });
});

test('its metadata answer to IMDSv2 alone, and to no container behind a bridge', () => {
  expect(instanceOf()).toMatchObject({
    metadata_options: { http_endpoint: 'enabled', http_tokens: 'required', http_put_response_hop_limit: 1 },
  });
});

test.each([
  ['x86_64-linux', 't3.micro'],
  ['aarch64-linux', 't4g.micro'],
] as const)('%s is a %s', (system, instanceType) => {
  expect(instanceOf({ image: { amiId: 'ami-1', system } })).toMatchObject({ instance_type: instanceType });
});

test('instanceType', () => {
  expect(instanceOf({ instanceType: 'm7i.large' })).toMatchObject({ instance_type: 'm7i.large' });
});

test('an instance type of the other architecture is refused', () => {
  expect(() => instanceOf({ instanceType: 't4g.small' })).toThrow(
    'instanceType must be of the x86_64 architecture of its image, got: t4g.small',
  );
  expect(() =>
    instanceOf({ image: { amiId: 'ami-1', system: 'aarch64-linux' }, instanceType: 'c7i.large' }),
  ).toThrow('instanceType must be of the arm64 architecture of its image, got: c7i.large');
});

test('rootVolumeGib', () => {
  expect(instanceOf({ rootVolumeGib: 20 })).toMatchObject({ root_block_device: { volume_size: 20 } });
});

test.each([0, -8, 1.5, NaN])('rootVolumeGib %d is refused', (rootVolumeGib) => {
  expect(() => instanceOf({ rootVolumeGib })).toThrow(
    `rootVolumeGib must be a whole number of GiB above 0, got: ${rootVolumeGib}`,
  );
});

test('keyPair', () => {
  expect(instanceOf({}, true)).toMatchObject({ key_name: '${aws_key_pair.key.key_name}' });
});

test('instanceProfile', () => {
  expect(instanceOf({ instanceProfile: 'web' })).toMatchObject({ iam_instance_profile: 'web' });
});

test('subnet: of the same VPC as the group, which a plan sees', () => {
  expect(instanceOf()).not.toHaveProperty('lifecycle.precondition');
  const instance = instanceOf({ subnet: { id: 'subnet-1', vpcId: 'vpc-1' } });
  expect(instance).toMatchObject({
    subnet_id: 'subnet-1',
    lifecycle: {
      precondition: [
        {
          condition: '${("vpc-1" == aws_security_group.group.vpc_id)}',
          error_message: expect.stringContaining('The subnet subnet-1 is of vpc-1') as string,
        },
      ],
    },
  });
});

test('subnet: a group of which no VPC is known is not compared', () => {
  const subnet = { id: 'subnet-1', vpcId: 'vpc-1' };
  expect(instanceOf({ subnet, securityGroup: { id: 'sg-1' } }).lifecycle).not.toHaveProperty('precondition');
});

test('publicAddress: false is asked of EC2, and kept to', () => {
  const subnet = { id: 'subnet-1', vpcId: 'vpc-1' };
  const instance = instanceOf({ publicAddress: false, subnet, healthCheck: 'true' });
  expect(instance).toMatchObject({
    associate_public_ip_address: false,
    lifecycle: { ignore_changes: [] },
    provisioner: [{ 'local-exec': { environment: { TARGET_HOST: '${self.private_ip}' } } }],
  });
});

test('publicAddress: false without a subnet is refused: EC2 would not be asked for it', () => {
  expect(() => instanceOf({ publicAddress: false })).toThrow(
    'publicAddress must be true without a subnet, got: false',
  );
});

describe('healthCheck', () => {
  const environmentOf = (props: Partial<NixosHostProps>) => {
    const { provisioner } = instanceOf({ healthCheck: 'curl "http://$TARGET_HOST/"', ...props }) as {
      provisioner: { 'local-exec': { command: string; environment: Record<string, string> } }[];
    };
    expect(provisioner[0]?.['local-exec'].command).toBe('nixos-deploy health');
    return provisioner[0]?.['local-exec'].environment;
  };

  test('is that of a deployment, once the instance is made, within 300 seconds', () => {
    expect(instanceOf()).not.toHaveProperty('provisioner');
    expect(environmentOf({})).toEqual({
      TARGET_HOST: '${self.public_ip}',
      HEALTH_CHECK: 'curl "http://$TARGET_HOST/"',
      HEALTH_TIMEOUT: '300',
    });
  });

  test('healthTimeout', () => {
    expect(environmentOf({ healthTimeout: 20 })).toMatchObject({ HEALTH_TIMEOUT: '20' });
    expect(() => environmentOf({ healthTimeout: 0 })).toThrow(
      "healthTimeout must be a whole number from 1 to 86400; got: '0'",
    );
  });
});

test('a new image replaces the instance, the new one first', () => {
  const { lifecycle } = instanceOf();
  expect(lifecycle).toMatchObject({ create_before_destroy: true });
  expect(lifecycle).not.toMatchObject({ ignore_changes: expect.arrayContaining(['ami']) as unknown });
});

test('an instance that is stopped, and so has no address, is not replaced', () => {
  expect(instanceOf().lifecycle).toMatchObject({ ignore_changes: ['associate_public_ip_address'] });
});

test('replaceOnImageChange: false leaves a running instance alone, for its image only', () => {
  expect(instanceOf({ replaceOnImageChange: false }).lifecycle).toMatchObject({
    ignore_changes: ['associate_public_ip_address', 'ami'],
  });
  expect(instanceOf({ replaceOnImageChange: false }, true).lifecycle).toMatchObject({
    ignore_changes: ['associate_public_ip_address', 'ami', 'key_name'],
  });
});
