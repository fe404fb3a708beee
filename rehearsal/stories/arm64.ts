import { describe } from '../narrator';
import { expectEqual, expectFailure, type Story, StoryFailed } from './story';

const UNBUILT = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-iplz-aarch64/iplz.vhd';

export const story: Story = {
  name: 'arm64',
  stack: 'immutable',
  summary:
    'aarch64-linux plans an arm64 AMI with UEFI and a Graviton machine; an x86_64 image is refused at synth',
  async tell({ stage, narrator }) {
    await narrator.step('plan for aarch64-linux', 'immutable', async () => {
      const variables = { NIX_SYSTEM: 'aarch64-linux', IPLZ_IMAGE_PATH: UNBUILT };
      await stage.cdktfInShell('immutable', variables, 'diff');
      const plan = await stage.planCounts('immutable');
      expectEqual('the plan', describe(plan), describe({ add: 14, change: 0, destroy: 0 }));
      const shown = await stage.terraform('immutable', 'show', '-no-color', 'plan');
      for (const fact of [
        /architecture += "arm64"/,
        /boot_mode += "uefi"/,
        /instance_type += "t4g\.micro"/,
      ]) {
        if (!fact.test(shown)) throw new StoryFailed(`the plan must have ${fact.source}`);
      }
      return { plan };
    });
    await narrator.step('an image of x86_64-linux for aarch64-linux', 'immutable', async () => {
      const refused = stage.cdktfInShell('immutable', { NIX_SYSTEM: 'aarch64-linux' }, 'diff');
      await expectFailure(refused, 'an image for "x86_64-linux"');
      return undefined;
    });
  },
  end: () => Promise.resolve(), // nothing was deployed
};
