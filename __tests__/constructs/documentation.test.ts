import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
const [OWN_RESOURCE = '', OWN_STACK = ''] = [
  ...readFileSync(join(PROJECT, 'docs/constructs.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g),
].map(([, program]) => program);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'documentation-'));
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'cdktf.json'), '{ "language": "typescript", "app": "" }');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The resources that a main.ts of docs/constructs.md makes, in a folder of its own. */
function resourcesOf(program: string, stack: string, env: Readonly<Record<string, string>> = {}): unknown {
  writeFileSync(join(folder, 'main.ts'), program);
  const { PATH } = process.env;
  const options = { cwd: folder, env: { PATH, CDKTF_OUTDIR: join(folder, 'cdktf.out'), ...env } };
  execFileSync('node', [join(PROJECT, 'run.cjs'), 'main.ts'], options);
  const json = readFileSync(join(folder, 'cdktf.out/stacks', stack, 'cdk.tf.json'), 'utf8');
  return (JSON.parse(json) as { resource: unknown }).resource;
}

test('a resource beside those of a stack', () => {
  const env = {
    NIX_SYSTEM: 'x86_64-linux',
    BOOTSTRAP_IMAGE_PATH: '/nix/store/image/bootstrap.vhd',
    SSH_CIDRS: '203.0.113.7/32',
  };
  const resource = resourcesOf(OWN_RESOURCE, 'live', env) as { aws_route53_record: object };
  const [record] = Object.values(resource.aws_route53_record) as unknown[];
  expect(record).toMatchObject({
    records: [expect.stringMatching(/^\$\{aws_instance\.host_\w+\.public_ip\}$/)],
  });
});

test('a stack that is wholly somebody else’s', () => {
  expect(resourcesOf(OWN_STACK, 'web')).toMatchObject({
    aws_instance: { host: { ami: '${data.aws_ami.image.id}' } },
    null_resource: {
      deployment: {
        triggers: { toplevel: '${var.toplevel}', instance_id: '${aws_instance.host.id}' },
        provisioner: [{ 'local-exec': { environment: { KNOWN_HOSTS_FILE: '../../../known_hosts' } } }],
      },
    },
  });
});
