import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the scripts in host/, which run on the host. */
export type ScriptName =
  | 'agent'
  | 'watchdog'
  | 'rollback'
  | 'confirm'
  | 'status'
  | 'secrets'
  | 'record'
  | 'activation';

/** Lines that are empty or a comment: the host has no use for them. */
const COMMENTS = /^[ \t]*(?:#.*)?\n/gm;

/**
 * A script of host/ with variables set in front of it, and without its comments. The folder is beside this program, also
 * where that is bundled.
 */
export function hostScript(
  name: ScriptName,
  variables: Readonly<Record<string, string | number | boolean>>,
): string {
  const assignments = Object.entries(variables).map(([key, value]) => {
    const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
    return `${key}='${text.replaceAll("'", `'\\''`)}'\n`;
  });
  const script = readFileSync(join(__dirname, 'host', `${name}.sh`), 'utf8');
  return assignments.join('') + script.replace(COMMENTS, '');
}
