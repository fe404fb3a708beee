import { mkdirSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';

import { InputsError } from '../inputs/problems';
import { isUnsafe } from '../inputs/variables';

/** Where synth writes. Terraform then runs in its folders `stacks/<stack>`. */
export interface OutputFolder {
  readonly path: string;
  /**
   * The project's folder as Terraform sees it from `stacks/<stack>`, `../../..` for `cdktf.out`: what
   * the project keeps (state, known_hosts, secrets) stays where it is, wherever the output goes.
   */
  readonly projectPath: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether cdktf runs the synth, and then Terraform on what it wrote: it alone sets this variable. */
export function isRunByCdktf(env: Environment): boolean {
  return env.CDKTF_CONTEXT_JSON !== undefined;
}

/**
 * Make the folder of `--output`, or of `output` in cdktf.json, which cdktf hands on in CDKTF_OUTDIR.
 * Elsewhere than below the project, the way back names folders of this machine; a synth by hand,
 * which nobody deploys from there, does without it.
 *
 * @throws InputsError where Terraform would read a template in the way back.
 */
export function makeOutputFolder(env: Environment, project = process.cwd()): OutputFolder {
  const path = env.CDKTF_OUTDIR ?? 'cdktf.out';
  const stacks = join(path, 'stacks');
  mkdirSync(stacks, { recursive: true });
  // Links are followed, because the kernel follows them before it goes up.
  const projectPath = join('..', relative(realpathSync(stacks), realpathSync(project)));
  const isBelowProject = /^\.\.(\/\.\.)*$/.test(projectPath);
  if (!isBelowProject && !isRunByCdktf(env)) return { path, projectPath: '../../..' };
  if (!isUnsafe(projectPath)) return { path, projectPath };
  throw new InputsError('The project cannot be reached from its output:', [
    [
      '--output, or output in cdktf.json',
      `  got       ${JSON.stringify(path)}`,
      '  expected  a folder below the project: on the way to it, the name of a folder has ${ or %{, which Terraform would read as a template',
      '  set it    --output cdktf.out   (the default)',
    ].join('\n'),
  ]);
}
