import {
  EMPTY,
  expectContains,
  expectDifferent,
  expectEqual,
  expectFailure,
  type StackScenario,
} from './stack-scenario';
import { describe } from '../reporter';
import type { PlanCounts } from '../report';

/** The size of the root volume that the hosts' record asks for, and what somebody has made of it. */
const VOLUME = {
  file: 'nix/systems.nix',
  before: 'rootVolumeGib = lib.mkDefault 20',
  after: 'rootVolumeGib = lib.mkDefault 30',
} as const;

export const scenario: StackScenario = {
  name: 'instance-altered',
  stack: 'live',
  attachedProvider: true,
  ownCloud: true,
  summary:
    'what EC2 or somebody alters behind Terraform: the instance is never replaced, a stopped one is named',
  async run(runner) {
    const { workspace, reporter } = runner;
    const step = async (name: string, act: () => Promise<PlanCounts | undefined>) =>
      reporter.step(name, 'live', async () => {
        const plan = await act();
        return plan && { plan };
      });
    const planned = async (expected: PlanCounts, printed = '') => {
      const plan =
        printed === '' ? await workspace.replan('live') : await workspace.planCounts('live', printed);
      expectEqual('live: the plan', describe(plan), describe(expected));
      return plan;
    };
    const ec2 = async (...args: readonly string[]) => workspace.aws('ec2', ...args, '--output', 'text');

    const first = await runner.deploy('deploy');
    const hosts = JSON.parse(await workspace.terraform('live', 'output', '-json', 'hosts')) as {
      iplz: { instance_id: string };
    };
    const instance = hosts.iplz.instance_id;
    const volumeOf = ['describe-instances', '--instance-ids', instance, '--query'] as const;
    const volumeQuery = 'Reservations[].Instances[].BlockDeviceMappings[0].Ebs.VolumeId';
    const volume = await ec2(...volumeOf, volumeQuery);
    const warning = `Stopped: ${instance}.`;

    await step('the instance is stopped: an empty plan that says so', async () => {
      await ec2('stop-instances', '--instance-ids', instance);
      const printed = await workspace.terraform('live', 'plan', '-input=false', '-no-color', '-out=plan');
      expectContains(printed.replace(/\s+/g, ' '), warning);
      return planned(EMPTY, printed);
    });
    await runner.changeLine();
    await step('a deployment to it: refused, and says so', async () => {
      await expectFailure(
        workspace.cdktf('live', 'deploy', '--auto-approve'),
        'An instance that is stopped has no address',
      );
      return undefined;
    });
    await step('it is started, at another address', async () => {
      await ec2('start-instances', '--instance-ids', instance);
      const plan = await planned(EMPTY);
      const { checks } = JSON.parse(await workspace.terraform('live', 'show', '-json', 'plan')) as {
        checks: readonly { status: string }[];
      };
      expectEqual('the check', checks.map(({ status }) => status).join(' '), 'pass');
      return plan;
    });
    const second = await runner.deploy('deploy to it');
    expectDifferent('the address', first.url, second.url);
    expectDifferent('the answer', first.answer, second.answer);

    await step('somebody grows its disk, tags it and opens its metadata: all in place', async () => {
      await ec2('modify-volume', '--volume-id', volume, '--size', '30');
      await ec2('create-tags', '--resources', instance, '--tags', 'Key=Owner,Value=somebody');
      await ec2('modify-instance-metadata-options', '--instance-id', instance, '--http-tokens', 'optional');
      return planned({ add: 0, change: 1, destroy: 0 });
    });
    await step('the disk cannot shrink: refused by EC2, until the stack says its size', async () => {
      await expectFailure(
        workspace.terraform('live', 'apply', '-input=false', 'plan'),
        'New size cannot be smaller',
      );
      workspace.edit(VOLUME.file, VOLUME.before, VOLUME.after);
      await workspace.cdktf('live', 'deploy', '--auto-approve');
      return planned(EMPTY);
    });
    await step('its address is detached: an empty plan', async () => {
      const address = await ec2('allocate-address', '--query', 'AllocationId');
      const associated = ['associate-address', '--instance-id', instance, '--allocation-id', address];
      const association = await ec2(...associated, '--query', 'AssociationId');
      await ec2('disassociate-address', '--association-id', association);
      await ec2('release-address', '--allocation-id', address);
      return planned(EMPTY);
    });
    expectEqual('the volume', await ec2(...volumeOf, volumeQuery), volume);
  },
  async end(runner) {
    await runner.destroy();
  },
};
