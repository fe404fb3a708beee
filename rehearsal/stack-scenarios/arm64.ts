import { join } from 'node:path';

import { describe } from '../reporter';
import { expectEqual, expectFailure, type StackScenario, ScenarioFailed } from './stack-scenario';

const UNBUILT = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-iplz-aarch64/iplz.vhd';

export const scenario: StackScenario = {
  name: 'arm64',
  stack: 'immutable',
  attachedProvider: true,
  summary:
    'aarch64-linux plans an arm64 AMI with UEFI and a Graviton machine; an x86_64 image is refused at synth',
  async run({ workspace, reporter }) {
    await reporter.step('plan for aarch64-linux', 'immutable', async () => {
      const variables = { NIX_SYSTEM: 'aarch64-linux', IMAGE_PATH: UNBUILT };
      const printed = await workspace.cdktfInShell(variables, 'diff');
      const plan = await workspace.planCounts('immutable', printed);
      expectEqual('the plan', describe(plan), describe({ add: 14, change: 0, destroy: 0 }));
      const shown = await workspace.terraform('immutable', 'show', '-no-color', 'plan');
      for (const fact of [
        /architecture += "arm64"/,
        /boot_mode += "uefi"/,
        /instance_type += "t4g\.micro"/,
      ]) {
        if (!fact.test(shown)) throw new ScenarioFailed(`the plan must have ${fact.source}`);
      }
      return { plan };
    });
    await reporter.step('an image of x86_64-linux for aarch64-linux', 'immutable', async () => {
      const IMAGE_PATH = join(await workspace.build('iplz-image'), 'iplz.vhd');
      const refused = workspace.cdktfInShell({ NIX_SYSTEM: 'aarch64-linux', IMAGE_PATH }, 'diff');
      await expectFailure(refused, 'an image for "x86_64-linux"');
      return undefined;
    });
  },
  end: () => Promise.resolve(), // nothing was deployed
};
