import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EMPTY, expectEqual, expectFailure, type Story } from './story';

export const story: Story = {
  name: 'refused-image',
  stack: 'immutable',
  summary:
    'a file that is no disk image is refused by the import, no machine is made; the next deployment heals, also from a tainted AMI',
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
    await teller.deploy('deploy them');
    await teller.plan('plan with nothing changed', EMPTY);
  },
  async end(teller) {
    await teller.destroy();
  },
};
