import { join } from 'node:path';

import { HostWorkspace } from './host-workspace';
import { scenarios } from './index';
import type { Scenario } from './scenario';
import { openSharedWorkspace } from './shared-workspace';

/** Seconds after which a scenario has failed, whatever it waits for. */
const LIMIT = 1800;

/** How a scenario went. */
export interface Result {
  readonly name: string;
  readonly summary: string;
  readonly seconds: number;
  /** What was not as promised; absent when all was. */
  readonly problem?: string;
}

/**
 * Play scenarios by name, all without names, each with machines of its own. Has to run in a sandbox.
 * Scenarios mostly wait, so some are played side by side.
 */
export async function runScenarios(
  names: readonly string[],
  log: (line: string) => void,
  {
    source,
    directory,
    atOnce = 4,
  }: { readonly source: string; readonly directory: string; readonly atOnce?: number },
): Promise<readonly Result[]> {
  const queue = names.length === 0 ? [...scenarios] : names.map(named);
  const selected = queue.map(({ name }) => name);
  const shared = await openSharedWorkspace(source, join(directory, 'shared'));
  const results = new Map<string, Result>();
  const work = async (): Promise<void> => {
    for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
      const result = await play(
        scenario,
        new HostWorkspace(shared, join(directory, scenario.name), selected.indexOf(scenario.name) + 1),
      );
      results.set(scenario.name, result);
      log(
        `${result.problem === undefined ? 'ok  ' : 'FAIL'} ${result.name} (${result.seconds.toFixed(1)} s)`,
      );
      if (result.problem !== undefined) log(result.problem.replace(/^/gm, '     '));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, work));
  return selected.flatMap((name) => results.get(name) ?? []);
}

function named(name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario) return scenario;
  const known = scenarios.map((candidate) => candidate.name).join(', ');
  throw new Error(`there is no scenario ${JSON.stringify(name)}; there are: ${known}`);
}

async function play(scenario: Scenario, workspace: HostWorkspace): Promise<Result> {
  const { name, summary } = scenario;
  const began = performance.now();
  let problem: string | undefined;
  try {
    await Promise.race([scenario.run(workspace), tooLong()]);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  } finally {
    await workspace.clear();
  }
  const seconds = (performance.now() - began) / 1000;
  return problem === undefined ? { name, summary, seconds } : { name, summary, seconds, problem };
}

async function tooLong(): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => {
      reject(new Error(`it did not end within ${LIMIT} s`));
    }, LIMIT * 1000).unref(),
  );
}
