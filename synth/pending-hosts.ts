// The hosts that the stack `live` has yet to make before the stack `deployment` can be planned,
// one a line: `node run.cjs synth/pending-hosts.ts FOLDER`. FOLDER is where cdktf has planned `live`.
// Exit status: 0; 1 when the outputs of `live` cannot be read.
import { spawnSync } from 'node:child_process';

import { readInputs } from '../inputs';

const [folder = '.'] = process.argv.slice(2);
const program = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
const { status, stdout, stderr, error } = spawnSync(program, [`-chdir=${folder}`, 'output', '-json'], {
  encoding: 'utf8',
});

if (status === 0) {
  const { hosts } = JSON.parse(stdout) as { hosts?: { value: object } };
  const there = Object.keys(hosts?.value ?? {});
  const names = (readInputs(process.env).deployment?.hosts ?? []).map(({ name }) => name);
  for (const name of names.filter((one) => !there.includes(one))) console.log(name);
} else {
  console.error(`pending-hosts: the outputs of live cannot be read: ${error?.message ?? stderr}`);
  process.exitCode = 1;
}
