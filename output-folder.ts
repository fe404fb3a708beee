import { mkdirSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';

import { InputsError } from './inputs';

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
 * From outside the project, the way back would be an absolute path of this machine, and none may get
 * into the JSON: so cdktf is refused such a folder. A synth by hand may go anywhere, to be looked at.
 *
 * @throws InputsError for a folder outside the project, under cdktf.
 */
export function makeOutputFolder(env: Environment, project = process.cwd()): OutputFolder {
  const path = env.CDKTF_OUTDIR ?? 'cdktf.out';
  const stacks = join(path, 'stacks');
  mkdirSync(stacks, { recursive: true });
  // Links are followed, because the kernel follows them before it goes up.
  const up = relative(realpathSync(stacks), realpathSync(project));
  if (/^\.\.\/\.\.(\/\.\.)*$/.test(up)) return { path, projectPath: join('..', up) };
  if (!isRunByCdktf(env)) return { path, projectPath: '../../..' };
  throw new InputsError('The output must be below the project:', [
    [
      '--output, or output in cdktf.json',
      `  got       ${JSON.stringify(path)}`,
      '  expected  a folder below the project, by no link that leads out: from there, the paths of state, known_hosts and secrets start',
      '  set it    --output cdktf.out   (the default)',
    ].join('\n'),
  ]);
}
