import { Token } from 'cdktf';

import { quoted } from '../nixos-deploy/display';
import { type Name, type Setting, SETTINGS } from '../nixos-deploy/settings';

/**
 * The text of a variable of nixos-deploy for the value of a prop.
 *
 * @throws Error for a value that nixos-deploy would refuse; one that is known at apply alone is left to it
 */
export function variable(name: Name, prop: string, value: string | number | boolean): string {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  if (Token.isUnresolved(value)) return text;
  const setting: Setting<unknown> = SETTINGS[name];
  const secret = setting.secret?.(text);
  if (secret !== undefined) throw new Error(`${prop} ${secret}`);
  const missing = setting.fallback === undefined && text === '';
  if (missing || setting.parse(text) === undefined)
    throw new Error(`${prop} must be ${setting.expected}; got: ${quoted(text)}`);
  return text;
}
