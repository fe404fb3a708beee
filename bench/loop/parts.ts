import type { Run } from './recorder';

/** The parts of one loop, in the order in which they happen. */
export const PARTS = [
  'evaluation',
  'build',
  'cdktf',
  'synth',
  'init',
  'plan',
  'apply',
  'nixos-deploy',
  'answer',
] as const;

/** Seconds of each part; what is neither of the others is cdktf's own. */
export type Parts = Readonly<Record<(typeof PARTS)[number], number>>;

/** When a loop began, when its command had ended, and when the new answer was there; seconds since the epoch. */
export interface Moments {
  readonly saved: number;
  readonly deployed: number;
  readonly answered: number;
}

/** Seconds of the runs whose words match. */
export function lengthOf(runs: readonly Run[], pattern: RegExp): number {
  return runs
    .filter(({ words }) => pattern.test(words))
    .reduce((sum, { began, ended }) => sum + ended - began, 0);
}

/** @throws Error when cdktf did not run */
export function partsOf(runs: readonly Run[], { saved, deployed, answered }: Moments): Parts {
  const length = (pattern: RegExp) => lengthOf(runs, pattern);
  const cdktf = runs.find(({ words }) => /^node .*\/cdktf-cli\//.test(words));
  if (cdktf === undefined) throw new Error('cdktf did not run');
  const nixosDeploy = length(/^node \S*nixos-deploy/);
  const parts = {
    evaluation: cdktf.began - saved,
    build: length(/^nix-store --realise/),
    synth: length(/^node run\.cjs (main|bench\/loop\/one-stack)\.ts/),
    init: length(/^(terraform|tofu) init/),
    plan: length(/^(terraform|tofu) plan/),
    apply: length(/^(terraform|tofu) apply/) - nixosDeploy,
    'nixos-deploy': nixosDeploy,
    answer: answered - deployed,
  };
  const others = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { ...parts, cdktf: answered - saved - others };
}
