import { basename } from 'node:path';

import { ReviewError } from './json';

export interface Arguments {
  readonly plans: readonly { readonly stack: string; readonly file: string }[];
  readonly closure?: { readonly old: string; readonly new: string };
  /** @default standard output */
  readonly out?: string;
}

const USAGE = `expected: npm run --silent review -- --plan PLAN.json [--plan PLAN.json…] [--closure OLD NEW] [--out FILE]
  PLAN.json   what \`terraform show -json\` (or tofu) prints of a saved plan; its stack is the folder after
              stacks/ in the path (cdktf.out/stacks/live/plan.json is of live), or else the file's name (live.json)
  OLD NEW     store paths of two systems
exit status: 0 nothing to do, 2 changes, 3 an instance is replaced or destroyed, 4 data at risk;
  1 an error, or a plan with something that this project does not know`;

export function readArguments(args: readonly string[]): Arguments {
  const plans = new Map<string, string>();
  let closure: Arguments['closure'];
  let out: string | undefined;
  const rest = [...args];
  for (let option = rest.shift(); option !== undefined; option = rest.shift()) {
    switch (option) {
      case '--plan': {
        const file = value(option, rest);
        const stack = stackOf(file);
        if (plans.has(stack))
          throw new ReviewError(`two plans of stack ${stack}: ${plans.get(stack)} and ${file}`);
        plans.set(stack, file);
        break;
      }
      case '--closure':
        closure = { old: value(option, rest), new: value(option, rest) };
        break;
      case '--out':
        out = value(option, rest);
        break;
      default:
        throw new ReviewError(`unknown argument ${JSON.stringify(option)}\n${USAGE}`);
    }
  }
  if (plans.size === 0) throw new ReviewError(`no --plan\n${USAGE}`);
  return {
    plans: [...plans].map(([stack, file]) => ({ stack, file })),
    ...(closure && { closure }),
    ...(out !== undefined && { out }),
  };
}

function value(option: string, rest: string[]): string {
  const next = rest.shift();
  if (next === undefined || next === '' || next.startsWith('--')) {
    throw new ReviewError(`${option}: a value is missing\n${USAGE}`);
  }
  return next;
}

function stackOf(file: string): string {
  return /(?:^|\/)stacks\/([^/]+)\//.exec(file)?.[1] ?? basename(file).replace(/\.json$/, '');
}
