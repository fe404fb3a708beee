import {
  EMPTY,
  expectContains,
  expectDifferent,
  expectEqual,
  expectFailure,
  type StackScenario,
  ScenarioFailed,
} from './stack-scenario';

/** All that such a deployment makes: no bucket, role, snapshot or AMI. */
const RESOURCES = [
  'aws_instance.host_iplz',
  'aws_key_pair.key_pair',
  'aws_security_group.security_group_iplz',
  'data.aws_ami.registry_image',
  'data.aws_instances.stopped_instances',
];
const NONE_FOUND = 'Your query returned no results';

export const scenario: StackScenario = {
  name: 'registry-ami',
  stack: 'live',
  attachedProvider: true,
  summary:
    'a machine from the official AMI, opened by a key pair; a newer AMI or another key leaves it alone',
  async run(runner) {
    const { workspace, reporter } = runner;
    const step = async (name: string, act: () => Promise<void>) =>
      reporter.step(name, 'live', async () => {
        await act();
        return undefined;
      });
    const offer = async (name: string) => {
      let id = '';
      await step(`${name} is offered`, async () => {
        id = await workspace.offerRegistryImage(name);
        reporter.note(id);
      });
      return id;
    };

    workspace.variables.BOOTSTRAP_AMI = 'registry';
    await step('a release that is not offered: refused at plan', async () => {
      await expectFailure(workspace.cdktf('live', 'diff'), NONE_FOUND);
    });

    const ami = await offer('nixos/26.05.1.aaaaaaa-x86_64-linux');
    workspace.variables.BOOTSTRAP_AMI = await offer('nixos/26.05.1.aaaaaaa-aarch64-linux');
    await step('an AMI of another architecture: refused at plan', async () => {
      await expectFailure(workspace.cdktf('live', 'diff'), NONE_FOUND);
    });

    workspace.variables.BOOTSTRAP_AMI = 'registry';
    const first = await runner.deploy('deploy', { add: 3, change: 0, destroy: 0 });
    await step('nothing but what it needs was made', async () => {
      const resources = (await workspace.terraform('live', 'state', 'list')).trim().split('\n');
      expectEqual('resources', resources.sort().join(' '), RESOURCES.join(' '));
    });
    await runner.plan('plan with nothing changed', EMPTY, EMPTY);

    await offer('nixos/26.05.2.bbbbbbb-x86_64-linux');
    await runner.plan('plan with a newer AMI', EMPTY);

    await runner.changeLine();
    await runner.plan('plan of the changed line', EMPTY, { add: 1, change: 0, destroy: 1 });
    const second = await runner.deploy('deploy the changed line');
    expectDifferent('the answer', first.answer, second.answer);
    expectEqual('the address', second.url, first.url);
    await step('the machine still runs from the AMI that it was made of', async () => {
      const state = await workspace.terraform('live', 'state', 'show', 'aws_instance.host_iplz');
      expectContains(state, ami);
    });

    const untouched = async () => {
      const changes = await workspace.terraform('live', 'show', '-no-color', 'plan');
      if (/aws_instance\.host_iplz (will|must)/.test(changes))
        throw new ScenarioFailed(`the machine must be left alone:\n${changes}`);
    };
    workspace.edit('authorized-keys', 'ssh-ed25519', `${SOMEBODY_ELSE}\nssh-ed25519`);
    const replaced = { add: 1, change: 0, destroy: 1 };
    await runner.plan('plan of another first key', replaced, replaced);
    await step('a new key pair for new instances, a deployment, and the same machine', untouched);

    delete workspace.variables.BOOTSTRAP_AMI;
    await step('plan of an own image in place of the AMI: the same machine', async () => {
      await workspace.cdktf('live', 'diff');
      await untouched();
    });
  },
  async end(runner) {
    await runner.destroy();
  },
};

/** A public key whose private key nobody has. */
const SOMEBODY_ELSE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKLOaWG2kSUJR/vOCcyxXGQFblFlBHEVL7k5gc8ViTx5';
