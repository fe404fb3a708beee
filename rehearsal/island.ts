// What runs on the island: sets the stage, tells the stories, and looks for what
// they left in the cloud. Writes the report, without what only the machine
// outside can see, to a file. Exit status: 0 as promised, 1 not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { CommandFailed } from './console';
import type { Report } from './report';
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
  const save = (report: Report) => {
    writeFileSync(join(values.directory, 'report.json'), JSON.stringify(report));
  };
  const narrator = new Narrator((steps) => {
    save({ steps, leftovers: [] });
  });
  await narrator.step('copy the project, start the emulated cloud', undefined, async () => {
    stage.prepare();
    await stage.startCloud();
    return undefined;
  });
  await tellImmutable(stage, narrator);
  if (!values.keep) await destroyed(stage, narrator, 'immutable');
  await tellLive(stage, narrator);
  if (values.keep) await stay(stage);
  await destroyed(stage, narrator, 'live');
  save({ steps: narrator.steps, leftovers: await stage.cloudLeftovers() });
  await stage.stopCloud();
}

/** Print how to look around, then wait: whoever ends the rehearsal ends this process. */
async function stay(stage: Stage): Promise<void> {
  const exports = Object.entries(stage.environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`export ${name}='${value}'`],
  );
  writeFileSync(
    join(stage.directory, 'environment.sh'),
    [...exports, `cd '${stage.project}'`, ''].join('\n'),
  );
  console.log(`
All is running. Look around from another terminal, as root:

  nsenter --all --target "$(pgrep --full '^node run.cjs rehearsal/island.ts .*${stage.directory}')" bash --rcfile ${stage.directory}/environment.sh

and there, for example:

  curl ${await stage.output('immutable', 'url')} ${await stage.output('live', 'url')}
  ssh -i "$SSH_IDENTITY_FILE" -o UserKnownHostsFile=known_hosts root@${await stage.output('live', 'public_ip')}
  ls ${stage.directory}/logs

End it with Ctrl-C here.`);
  await new Promise(() => setInterval(() => undefined, 60_000));
}

main().catch((error: unknown) => {
  const known = error instanceof StoryFailed || error instanceof CommandFailed;
  console.error(known ? `\n${error.message}` : error);
  process.exit(1);
});
