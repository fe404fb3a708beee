import type { Workspace } from '../workspace';
import {
  expectContains,
  expectEqual,
  expectFailure,
  ScenarioFailed,
  type StackScenario,
} from './stack-scenario';

const HOSTS = 'app/nix/hosts.nix';
const MODULE = 'live = {\n    inherit iplz;\n';

export const scenario: StackScenario = {
  name: 'without-public-address',
  stack: 'live',
  attachedProvider: true,
  ownCloud: true,
  summary:
    'a host in a subnet of a VPC, without a public address, with a role for Session Manager and for a binary cache: refused in another VPC than it says, deployed to through a jump host although the cache cannot be written, reached from there alone',
  async run(runner) {
    const { workspace, reporter } = runner;
    const ec2 = async (...args: readonly string[]) => workspace.aws('ec2', ...args, '--output', 'text');
    const makeSubnet = async (network: string) => {
      const vpc = await ec2('create-vpc', '--cidr-block', `${network}.0/24`, '--query', 'Vpc.VpcId');
      const place = ['--vpc-id', vpc, '--cidr-block', `${network}.0/24`] as const;
      return { vpc, subnet: await ec2('create-subnet', ...place, '--query', 'Subnet.SubnetId') };
    };
    const [own, other] = [await makeSubnet('127.77.128'), await makeSubnet('127.77.129')];
    const live = (vpc: string) => `live = {
    iplz = {
      imports = [ iplz ];
      deployment = { subnetId = "${own.subnet}"; vpcId = "${vpc}"; publicAddress = false; sessionManager = true; binaryCache = true; healthCheck = null; };
    };
`;

    workspace.edit(HOSTS, MODULE, live(other.vpc));
    await reporter.step('plan it in a subnet of another VPC', 'live', async () => {
      const printed = await expectFailure(workspace.cdktf('live', 'diff', 'live'), 'precondition failed');
      expectContains(printed.replace(/[\s│]+/g, ' '), `The subnet ${own.subnet} is of ${own.vpc}`);
      return undefined;
    });
    workspace.restore(HOSTS);
    workspace.edit(HOSTS, MODULE, live(own.vpc));

    let host = '';
    await reporter.step('make it', 'live', async () => {
      await workspace.cdktf('live', 'deploy', 'live', '--auto-approve');
      host = await workspace.output('live', 'public_ip');
      expectEqual('the network of its address', host.replace(/\.\d+$/, ''), '127.77.128');
      const cache = await workspace.output('live', 'binary_cache_url');
      reporter.note(`binary cache ${cache}`);
      const policies = await policiesOf(workspace, own.subnet);
      expectEqual('its policies', policies.replace(/\d{20,}/, ''), 'AmazonSSMManagedInstanceCore iplz-live-');
      return undefined;
    });

    let jump = '';
    await reporter.step('make a jump host beside it', 'live', async () => {
      const [image, group, instance] = await makeJumpHost(ec2, own.subnet);
      reporter.note(`${instance}: ${image}, ${group}`);
      jump = await ec2(
        ...['describe-instances', '--instance-ids', instance, '--query'],
        'Reservations[0].Instances[0].PublicIpAddress',
      );
      return undefined;
    });
    workspace.variables.SSH_JUMP = `root@${jump}`;

    await reporter.step('deploy through the jump host', 'deployment', async () => {
      // S3 of the emulated cloud is not where Nix looks for it.
      const printed = await workspace.cdktf('deployment', 'deploy', '--auto-approve');
      expectContains(printed, 'each host is sent what it lacks');
      // Without a health check, its service may still be starting.
      const ask = `curl --fail --silent --show-error --max-time 5 --retry 300 --retry-delay 1 --retry-connrefused http://${host}/`;
      const answer = (await workspace.ssh(jump, ask)).trim();
      expectEqual('what it sees of who asks', answer, jump);
      await expectUnreachable(host);
      return { answer };
    });
  },
  async end(runner) {
    const { workspace } = runner;
    const tagged = ['--filters', 'Name=tag:Name,Values=jump', '--output', 'text', '--query'] as const;
    const jump = await workspace.aws(
      ...['ec2', 'describe-instances', ...tagged, 'Reservations[].Instances[].InstanceId'],
    );
    await workspace.aws('ec2', 'terminate-instances', '--instance-ids', ...jump.split(/\s+/));
    await runner.destroy();
  },
};

/** What the role of the only instance of a subnet may do, by the names of the policies attached to it. */
async function policiesOf(workspace: Workspace, subnet: string): Promise<string> {
  const ask = async (...args: readonly string[]) => workspace.aws(...args, '--output', 'text');
  const profile = await ask(
    ...['ec2', 'describe-instances', '--filters', `Name=subnet-id,Values=${subnet}`],
    ...['--query', 'Reservations[0].Instances[0].IamInstanceProfile.Arn'],
  );
  const role = await ask(
    ...['iam', 'get-instance-profile', '--instance-profile-name', profile.replace(/.*\//, '')],
    ...['--query', 'InstanceProfile.Roles[].RoleName'],
  );
  const inline = await ask('iam', 'list-role-policies', '--role-name', role, '--query', 'PolicyNames');
  const attached = await ask(
    ...['iam', 'list-attached-role-policies', '--role-name', role],
    ...['--query', 'AttachedPolicies[].PolicyName'],
  );
  return `${inline} ${attached}`.trim().replaceAll(/\s+/g, ' ');
}

type Ec2 = (...args: readonly string[]) => Promise<string>;

/** An instance of the same image in the same group and subnet, with a public address; its image, group and id. */
async function makeJumpHost(ec2: Ec2, subnet: string): Promise<readonly [string, string, string]> {
  const query = 'Reservations[0].Instances[0].[ImageId, SecurityGroups[0].GroupId]';
  const inSubnet = ['--filters', `Name=subnet-id,Values=${subnet}`] as const;
  const [image = '', group = ''] = (await ec2('describe-instances', ...inSubnet, '--query', query)).split(
    /\s+/,
  );
  const instance = await ec2(
    ...['run-instances', '--image-id', image, '--instance-type', 't3.micro', '--subnet-id', subnet],
    ...['--security-group-ids', group, '--associate-public-ip-address'],
    ...['--tag-specifications', 'ResourceType=instance,Tags=[{Key=Name,Value=jump}]'],
    ...['--query', 'Instances[0].InstanceId'],
  );
  return [image, group, instance];
}

/** From here, the internet of the sandbox. */
async function expectUnreachable(address: string): Promise<void> {
  const answered = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(3000) }).then(
    () => true,
    () => false,
  );
  if (answered) throw new ScenarioFailed(`${address} must be reached from the jump host alone`);
}
