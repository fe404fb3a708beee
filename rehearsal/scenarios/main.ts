// By hand, in a sandbox: main.js [NAME...] plays scenarios and prints their
// results as JSON on stdout, what happens on stderr. Exit status 1: one failed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runScenarios } from './run-scenarios';

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'scenarios-'));
  const log = (line: string) => {
    console.error(line);
  };
  const results = await runScenarios(process.argv.slice(2), log, { source: process.cwd(), directory });
  console.log(JSON.stringify(results));
  if (results.every(({ problem }) => problem === undefined)) rmSync(directory, { recursive: true });
  else process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
