import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EMPTY, expectEqual, expectFailure, LINE, type Story } from './story';

export const story: Story = {
  name: 'immutable-faults',
  stack: 'immutable',
  summary:
    'an image that the import refuses, a tainted AMI, an application that does not start: the old machine stays, and the next deployment heals',
  async tell(teller) {
    const { stage, narrator } = teller;
    await narrator.step('deploy a file that is no disk image', 'immutable', async () => {
      const file = join(stage.directory, 'not-an-image.vhd');
      writeFileSync(file, Buffer.alloc(2 ** 20));
      const variables = { IPLZ_IMAGE_PATH: file };
      await expectFailure(
        stage.cdktfInShell('immutable', variables, 'deploy', '--auto-approve'),
        'Unsupported VHD File Format',
      );
      const machines = await stage.terraform('immutable', 'state', 'list');
      expectEqual('a machine was made', String(machines.includes('aws_instance.')), 'false');
      return undefined;
    });
    await teller.deploy('deploy the image');
    await narrator.step('the AMI is tainted, as by an interrupted apply', 'immutable', async () => {
      narrator.note(await stage.terraform('immutable', 'taint', 'aws_ami.machine_image'));
      return undefined;
    });
    await teller.plan('plan the AMI and the machine anew', { add: 2, change: 0, destroy: 2 });
    const { url, answer } = await teller.deploy('deploy them');
    await teller.plan('plan with nothing changed', EMPTY);

    stage.edit('stacks/immutable-stack.ts', '--retry 100', '--retry 1');
    stage.edit(LINE.file, LINE.before, 'raise SystemExit(1)');
    await narrator.step('deploy an application that does not answer', 'immutable', async () => {
      await expectFailure(
        stage.cdktf('immutable', 'deploy', '--auto-approve'),
        'local-exec provisioner error',
      );
      expectEqual('the answer of the old machine', await stage.answer(url), answer);
      return undefined;
    });
    stage.restore(LINE.file);
    await teller.deploy('deploy one that does');
    await teller.plan('plan with nothing changed', EMPTY);
  },
  async end(teller) {
    await teller.destroy();
  },
};
