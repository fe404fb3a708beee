import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { InputsError } from '../../inputs';
import { secretsFor } from '../../stacks/live-secrets';

let folder: string;
let toplevel: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-secrets-'));
  toplevel = join(folder, 'toplevel');
  for (const name of ['greeting', 'unused']) writeFileSync(join(folder, `${name}.age`), '');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function declare(...lines: readonly string[]): void {
  mkdirSync(join(toplevel, 'etc/nixos-deploy'), { recursive: true });
  writeFileSync(join(toplevel, 'etc/nixos-deploy/secrets'), lines.map((line) => `${line}\n`).join(''));
}

test('all that there are, whether the system is built or not, so that a preview shows what a deployment does', () => {
  const all = { folder, names: ['greeting', 'unused'] };
  expect(secretsFor(toplevel, folder)).toEqual(all);
  declare('greeting greeting.age root root 0400 iplz.service');
  expect(secretsFor(toplevel, folder)).toEqual(all);
});

test('those that the system asks for in vain are refused together, by name', () => {
  declare(
    'greeting greeting.age root root 0400 -',
    'token token.age root root 0400 -',
    'key web.age a b 0440 -',
  );
  const refusal = () => secretsFor(toplevel, folder);
  expect(refusal).toThrow(InputsError);
  expect(refusal).toThrow(/secret token\n.*token\.age\n[^]*secret key\n.*web\.age\n[^]*edit web/);
  expect(refusal).not.toThrow(/secret greeting/);
});

test('without a folder of secrets, a system that asks for one is refused, too', () => {
  declare('greeting greeting.age root root 0400 -');
  expect(() => secretsFor(toplevel, join(folder, 'nowhere'))).toThrow('secret greeting');
});
