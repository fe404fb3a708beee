// Makes plans/*.json anew, on an island: real plans of the project's stacks in
// the rehearsal, of small configurations beside, and of OpenTofu where it is given.
//   remake.sh [TOFU]
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../../rehearsal/console';
import { Stage, type StackId } from '../../rehearsal/stage';

const [directory = '', cache = '', tofu = ''] = process.argv.slice(2);
const root = process.cwd();
const plans = join(root, '__tests__/review/plans');
const stage = new Stage(root, directory, cache);

/** Long enough for a plan that waits for nothing but the provider. */
const LIMIT = 300;

async function main(): Promise<void> {
  await planFixtures('terraform', '');
  if (tofu !== '') await planFixtures(tofu, 'tofu-');

  stage.prepare();
  await stage.startCloud();
  await tellImmutable();
  await tellLive();
  await stage.stopCloud();
}

async function tellImmutable(): Promise<void> {
  await diff('immutable', 'immutable-first');
  if (tofu !== '') await planWithTofu('immutable', 'tofu-immutable-first');
  await stage.cdktf('immutable', 'deploy', '--auto-approve');
  await diff('immutable', 'immutable-unchanged');

  stage.edit('app/iplz.py', 'response.text = f"{', 'response.text = f"Hello {');
  await diff('immutable', 'immutable-application');
  if (tofu !== '') await planWithTofu('immutable', 'tofu-immutable-application');
  stage.restore('app/iplz.py');
  await changeInstanceType('immutable', 'immutable-instance-type');

  await plan('terraform', 'immutable', 'immutable-destroy', '-destroy');
  await stage.cdktf('immutable', 'destroy', '--auto-approve');
}

async function tellLive(): Promise<void> {
  await diff('live', 'live-first');
  await stage.cdktf('live', 'deploy', '--auto-approve');
  await diff('live', 'live-unchanged');

  stage.edit('app/iplz.py', 'response.text = f"{', 'response.text = f"Hello {');
  await diff('live', 'live-application');
  if (tofu !== '') await planWithTofu('live', 'tofu-live-application');
  stage.restore('app/iplz.py');
  await changeInstanceType('live', 'live-instance-type');
  await bumpBootstrap('live-bootstrap');

  await behindTheBack();
  await diff('live', 'live-drift');
  await plan('terraform', 'live', 'live-destroy', '-destroy');
}

async function changeInstanceType(stack: StackId, name: string): Promise<void> {
  const file = 'constructs/nixos-host.ts';
  stage.edit(file, `'x86_64-linux': 't3.micro'`, `'x86_64-linux': 't3.small'`);
  await diff(stack, name);
  stage.restore(file);
}

/** Another nixpkgs for the bootstrap image alone. */
async function bumpBootstrap(name: string): Promise<void> {
  const [pinned, bumped] = [join(directory, 'nixpkgs'), join(directory, 'nixpkgs-bumped')];
  cpSync(pinned, bumped, { recursive: true });
  const version = join(bumped, 'version.nix');
  writeFileSync(version, readFileSync(version, 'utf8').replace(/"[^"]*"/, '"26.05.bumped"'));
  const inputs = ['--override-input', 'nixpkgs', `path:${pinned}`, '--override-input', 'nixpkgs-bootstrap', `path:${bumped}`];
  await run(['nix', 'run', '--no-write-lock-file', ...inputs, '.#live', '--', 'diff'], options(name, stage.project));
  await show('terraform', folder('live'), name);
}

/** Somebody opens a port, tags the machine and detaches the policy by hand. */
async function behindTheBack(): Promise<void> {
  const program = `
import boto3
ec2 = boto3.client("ec2")
instance = ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])["Reservations"][0]["Instances"][0]
group = instance["SecurityGroups"][0]["GroupId"]
world = [{"CidrIp": "0.0.0.0/0"}]
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": world}])
ec2.create_tags(Resources=[instance["InstanceId"]], Tags=[{"Key": "Owner", "Value": "somebody"}])
iam = boto3.client("iam")
for role in iam.list_roles()["Roles"]:
    for policy in iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=policy["PolicyArn"])
`;
  const python = join(root, '.venv/bin/python3');
  await run([python, '-c', program], {
    ...options('drift', root),
    env: { ...stage.environment, AWS_DEFAULT_REGION: stage.environment.AWS_REGION },
  });
}

/** The plan that the project's own wrapper makes. */
async function diff(stack: StackId, name: string): Promise<void> {
  await stage.cdktf(stack, 'diff');
  await show('terraform', folder(stack), name);
}

/** A plan with options that cdktf does not pass on. */
async function plan(program: string, stack: StackId, name: string, ...args: readonly string[]): Promise<void> {
  await run([program, 'plan', '-input=false', '-out=plan', ...args], options(name, folder(stack)));
  await show(program, folder(stack), name);
}

/** The plan that OpenTofu makes of the same configuration and state. */
async function planWithTofu(stack: StackId, name: string): Promise<void> {
  const copy = join(directory, 'tofu/cdktf.out/stacks', stack);
  mkdirSync(copy, { recursive: true });
  cpSync(join(folder(stack), 'cdk.tf.json'), join(copy, 'cdk.tf.json'));
  for (const state of readdirSync(stage.project).filter((file) => file.endsWith('.tfstate'))) {
    cpSync(join(stage.project, state), join(directory, 'tofu', state));
  }
  await run([tofu, 'init', '-input=false'], options(name, copy));
  await run([tofu, 'plan', '-input=false', '-out=plan'], options(name, copy));
  await show(tofu, copy, name);
}

/** The configurations that are applied before they are planned, and the variable that is another then. */
const VARIABLES: ReadonlyMap<string, string> = new Map([
  ['sensitive', 'password'],
  ['hostile', 'end'],
]);

async function planFixtures(program: string, prefix: string): Promise<void> {
  for (const fixture of readdirSync(join(root, '__tests__/review/fixtures'))) {
    const copy = join(directory, `${prefix}${fixture}`);
    cpSync(join(root, '__tests__/review/fixtures', fixture), copy, { recursive: true });
    const name = prefix + fixture;
    await run([program, 'init', '-input=false'], options(name, copy));
    const variable = VARIABLES.get(fixture);
    if (variable !== undefined) {
      const applied = ['apply', '-input=false', '-auto-approve', `-var=${variable}=old horse battery staple`];
      await run([program, ...applied], options(name, copy));
    }
    const changed = variable === undefined ? [] : [`-var=${variable}=new horse battery staple`];
    await run([program, 'plan', '-input=false', '-out=plan', ...changed], options(name, copy));
    await show(program, copy, name);
  }
}

async function show(program: string, cwd: string, name: string): Promise<void> {
  const json = await run([program, 'show', '-json', 'plan'], options(name, cwd));
  writeFileSync(join(plans, `${name}.json`), json);
  console.log(`${name}.json: ${json.length} characters`);
}

function folder(stack: StackId): string {
  return join(stage.project, 'cdktf.out/stacks', stack);
}

function options(log: string, cwd: string) {
  return { cwd, env: stage.environment, log: join(directory, 'logs', `${log}.log`), limit: LIMIT };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
