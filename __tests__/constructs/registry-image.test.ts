import { RegistryImage, type RegistryImageProps } from '../../constructs/registry-image';
import { synthesize } from '../synthesized';

function queryOf(props: Partial<RegistryImageProps> = {}) {
  const { data } = synthesize((scope) => {
    new RegistryImage(scope, 'image', {
      ami: 'registry',
      release: '26.05',
      system: 'x86_64-linux',
      ...props,
    });
  });
  return data.aws_ami?.image;
}

test('default: the newest official AMI of the release and architecture', () => {
  expect(queryOf()).toMatchObject({
    owners: ['427812963091'],
    most_recent: true,
    filter: [
      { name: 'name', values: ['nixos/26.05*'] },
      { name: 'architecture', values: ['x86_64'] },
    ],
  });
});

test('aarch64-linux asks for arm64', () => {
  expect(queryOf({ system: 'aarch64-linux' })?.filter).toContainEqual({
    name: 'architecture',
    values: ['arm64'],
  });
});

test('one AMI by its id must be of the architecture too', () => {
  expect(queryOf({ ami: 'ami-0123456789abcdef0' })?.filter).toEqual([
    { name: 'image-id', values: ['ami-0123456789abcdef0'] },
    { name: 'architecture', values: ['x86_64'] },
  ]);
});

test.each(['26.5', '26.06', 'unstable', ''])('release %j is refused', (release) => {
  expect(() => queryOf({ release })).toThrow(
    `release must be a NixOS release such as 26.05, got: ${release}`,
  );
});
