import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');
const possible = process.platform === 'linux' && process.getuid?.() === 0;
if (!possible) console.warn('The module of secrets is not evaluated: a sandbox needs root on Linux.');

(possible ? describe : describe.skip)('the secrets that a system asks for', () => {
  const directory = mkdtempSync(join(tmpdir(), 'iplz-secrets-'));
  const stub = join(directory, 'nixpkgs');
  beforeAll(() => {
    const env = { ...process.env, PIP_TARGET_CACHE: join(CACHE, 'site-packages') };
    const { status, stderr } = spawnSync(join(PROJECT, 'rehearsal/nixpkgs/assemble.sh'), [stub], {
      encoding: 'utf8',
      env,
    });
    if (status !== 0) throw new Error(`no stub of nixpkgs: ${stderr}`);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  /** A value of a system with iplz and some more configuration. */
  function evaluate(more: string, value: string) {
    const expression = `
      let system = (builtins.getFlake "path:${stub}").lib.nixosSystem {
        modules = [
          { nixpkgs.hostPlatform = "x86_64-linux"; services.iplz.enable = true; }
          ${PROJECT}/nix/modules/base.nix
          ${PROJECT}/app/nix/module.nix
          ${more}
        ];
      };
      in ${value}`;
    const { status, stdout, stderr } = spawnSync(
      join(PROJECT, 'rehearsal/isolate.sh'),
      [join(directory, 'sandbox'), 'nix', 'eval', '--impure', '--json', '--expr', expression],
      { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: directory } },
    );
    return { status, stderr, value: status === 0 ? (JSON.parse(stdout) as unknown) : undefined };
  }

  const FILE = 'system.config.environment.etc."nixos-deploy/secrets".text';
  const NOTHING = `{
    file = system.config.environment.etc ? "nixos-deploy/secrets";
    credential = system.config.systemd.services.iplz.serviceConfig ? LoadCredential;
  }`;

  test('default: none, and no trace of them', () => {
    expect(evaluate('{ }', NOTHING).value).toEqual({ file: false, credential: false });
  });

  test('a line each: name, file, owner, group, mode, units', () => {
    const more = `{
      secrets.plain = { };
      secrets.full = { file = "other.age"; owner = "a"; group = "b"; mode = "0440"; restartUnits = [ "x.service" "y.timer" ]; };
    }`;
    expect(evaluate(more, FILE).value).toBe(
      'full other.age a b 0440 x.service y.timer\nplain plain.age root root 0400 -\n',
    );
  });

  test("iplz's greeting is a secret, a credential of the service, and a reason to restart it", () => {
    const value = `[ ${FILE} system.config.systemd.services.iplz.serviceConfig.LoadCredential ]`;
    expect(evaluate('{ services.iplz.greetingSecret = "hello"; }', value).value).toEqual([
      'hello hello.age root root 0400 iplz.service\n',
      ['greeting:/var/lib/secrets/hello'],
    ]);
  });

  test('what would break a line is refused, all of it at once', () => {
    const more = `{
      secrets.a.owner = "a b"; secrets.b.mode = "9"; secrets.".c" = { };
      secrets.d.restartUnits = [ "x y.service" ]; secrets.f.restartUnits = [ "--force.service" ]; secrets.e.file = "../e.age";
    }`;
    const { status, stderr } = evaluate(more, 'system.config.system.build.toplevel.drvPath');
    expect(status).not.toBe(0);
    for (const part of [
      'a: owner',
      'b: mode',
      '.c: its name',
      'd: each of restartUnits',
      'e: file',
      'f: each of restartUnits',
    ])
      expect(stderr).toContain(`secrets.${part} must match`);
  });
});
