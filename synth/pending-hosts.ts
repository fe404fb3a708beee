// The hosts that the stack `live` has yet to make before the stack `deployment` can be planned,
// one a line: `pending-hosts FOLDER`. FOLDER is where cdktf has planned `live`, HOSTS_FILE the hosts.
// Exit status: 0; 1 when the outputs of `live` cannot be read.
import { spawnSync } from 'node:child_process';

import { readLiveHosts } from '../inputs/hosts-file';

const [folder = '.'] = process.argv.slice(2);
const program = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
const { status, stdout, stderr, error } = spawnSync(program, [`-chdir=${folder}`, 'output', '-json'], {
  encoding: 'utf8',
});

if (status === 0) {
  const { hosts } = JSON.parse(stdout) as { hosts?: { value: object } };
  const there = Object.keys(hosts?.value ?? {});
  const names = readLiveHosts(process.env).map(({ name }) => name);
  for (const name of names.filter((one) => !there.includes(one))) console.log(name);
} else {
  console.error(`pending-hosts: the outputs of live cannot be read: ${error?.message ?? stderr}`);
  process.exitCode = 1;
}
