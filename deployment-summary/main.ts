// What became of each host of a deployment of several: `deployment-summary FOLDER`. In FOLDER
// nixos-deploy has left an outcome for each host that it was started for, and nix/cdktf.nix the stacks that Terraform
// applied. Prints nothing where the stack `deployment` is none of them, or has one host.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readLiveHosts } from '../inputs/hosts-file';
import { type Outcome, outcomeFile } from '../nixos-deploy/outcome';
import { summaryOf } from './hosts';
import { upToDateHosts } from './state';

const [folder = '.'] = process.argv.slice(2);
const applied = join(folder, 'applied-deployment');
const hosts = readLiveHosts(process.env);

if (existsSync(applied) && hosts.length > 1) {
  const stack = readFileSync(applied, 'utf8').trim();
  const upToDate = upToDateHosts(readFileSync(join(stack, 'cdk.tf.json'), 'utf8'), stateOf(stack));
  const endings = hosts.map(({ name, wave }) => ({
    name,
    wave,
    upToDate: upToDate.has(name),
    ...outcomeOf(name),
  }));
  for (const line of ['', ...summaryOf(endings)]) console.log(line);
}

function outcomeOf(host: string): { readonly outcome?: Outcome } {
  const file = outcomeFile(folder, host);
  return existsSync(file) ? { outcome: JSON.parse(readFileSync(file, 'utf8')) as Outcome } : {};
}

/** The state in Terraform's own format, whatever keeps it. */
function stateOf(stack: string): string {
  const program = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
  const { status, stdout, stderr, error } = spawnSync(program, [`-chdir=${stack}`, 'show', '-json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status === 0) return stdout;
  throw new Error(`the state of ${stack} cannot be read: ${error?.message ?? stderr}`);
}
