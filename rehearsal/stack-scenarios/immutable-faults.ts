import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EMPTY, expectEqual, expectFailure, type StackScenario } from './stack-scenario';

export const scenario: StackScenario = {
  name: 'immutable-faults',
  stack: 'immutable',
  attachedProvider: true,
  summary:
    'an image that the import refuses, a tainted AMI, an application that does not start: the old machine stays, and the next deployment recovers',
  async run(runner) {
    const { workspace, reporter } = runner;
    await reporter.step('deploy a file that is no disk image', 'immutable', async () => {
      const file = join(workspace.directory, 'not-an-image.vhd');
      writeFileSync(file, Buffer.alloc(2 ** 20));
      const variables = { NIX_SYSTEM: 'x86_64-linux', IMAGE_PATH: file };
      await expectFailure(
        workspace.cdktfInShell(variables, 'deploy', '--auto-approve'),
        'Unsupported VHD File Format',
      );
      const machines = await workspace.terraform('immutable', 'state', 'list');
      expectEqual('a machine was made', String(machines.includes('aws_instance.')), 'false');
      return undefined;
    });
    await runner.deploy('deploy the image');
    await reporter.step('the AMI is tainted, as by an interrupted apply', 'immutable', async () => {
      reporter.note(await workspace.terraform('immutable', 'taint', 'aws_ami.machine_image'));
      return undefined;
    });
    const deployed = await runner.deploy('deploy a new AMI and instance', { add: 2, change: 0, destroy: 2 });
    await runner.plan('plan with nothing changed', EMPTY);

    await runner.deployUnhealthy(deployed);
    await runner.deploy('deploy one that does');
    await runner.plan('plan with nothing changed', EMPTY);
  },
  async end(runner) {
    await runner.destroy();
  },
};
