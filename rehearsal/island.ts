// What runs on the island: sets the stage, tells the stories, and looks for what
// they left in the cloud. Writes the report, without what only the machine
// outside can see, to a file. Exit status: 0 as promised, 1 not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { CommandFailed } from './console';
import { Stage } from './stage';
import { destroyed, Narrator, StoryFailed, tellImmutable, tellLive } from './story';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      source: { type: 'string', default: '.' },
      directory: { type: 'string', default: '' },
      cache: { type: 'string', default: '' },
      keep: { type: 'boolean', default: false },
    },
  });
  const stage = new Stage(values.source, values.directory, values.cache);
  const narrator = new Narrator();
  let leftovers: readonly string[] = [];
  try {
    await narrator.step('copy the project, start the emulated cloud', undefined, async () => {
      stage.prepare();
      await stage.startCloud();
      return undefined;
    });
    await tellImmutable(stage, narrator);
    if (!values.keep) await destroyed(stage, narrator, 'immutable');
    await tellLive(stage, narrator);
    if (values.keep) {
      await stay(stage);
    } else {
      await destroyed(stage, narrator, 'live');
      leftovers = await stage.cloudLeftovers();
    }
  } finally {
    const report = { steps: narrator.steps, leftovers };
    writeFileSync(join(values.directory, 'report.json'), JSON.stringify(report));
  }
  await stage.stopCloud();
}

/** Print how to look around, then wait: whoever ends the rehearsal ends this process. */
async function stay(stage: Stage): Promise<void> {
  const exports = Object.entries(stage.environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`export ${name}='${value}'`],
  );
  writeFileSync(join(stage.directory, 'environment.sh'), [...exports, `cd '${stage.project}'`, ''].join('\n'));
  console.log(`
All is running. In another terminal, as root:

  nsenter --all --target "$(pgrep -f 'directory ' | head -n 1)" bash --rcfile ${join(stage.directory, 'environment.sh')}

There, for example:

  curl "$(tofu -chdir=cdktf.out/stacks/live output -raw url 2>/dev/null || terraform -chdir=cdktf.out/stacks/live output -raw url)"
  ssh -i "$SSH_IDENTITY_FILE" -o UserKnownHostsFile=known_hosts root@ADDRESS
  tail -f ../logs/*.log

End it with Ctrl-C here.`);
  await new Promise(() => setInterval(() => undefined, 60_000));
}

main().catch((error: unknown) => {
  const known = error instanceof StoryFailed || error instanceof CommandFailed;
  console.error(known ? `\n${error.message}` : error);
  process.exit(1);
});
