import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
const possible = process.platform === 'linux' && process.getuid?.() === 0;
if (!possible) console.warn('Nothing is evaluated: a sandbox needs root on Linux.');

function evaluate(expression: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'specification-'));
  const { status, stdout, stderr } = spawnSync(
    join(PROJECT, 'rehearsal/isolate.sh'),
    [
      folder,
      'nix',
      '--extra-experimental-features',
      'nix-command',
      'eval',
      '--impure',
      '--json',
      '--expr',
      expression,
    ],
    { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder } },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

(possible ? describe : describe.skip)('a table beside what a flake has', () => {
  const FLAKE = `{
    nixosConfigurations = {
      host-x86_64-linux.config = { port = 80; list = [ "a" "b" ]; text = "one two"; };
      host-aarch64-linux.config = { port = 81; list = [ "a" ]; text = "one"; };
    };
    packages.x86_64-linux.image = { passthru.filePath = "image.vhd"; };
  }`;

  function compare(section: string) {
    return evaluate(`import ${PROJECT}/nix/specification/compare.nix {
      flake = ${FLAKE};
      specification = { has }: [ ({ title = "title"; of = [ "host" ]; systems = [ "x86_64-linux" ]; } // ${section}) ];
    }`) as { report: string; wrong: string };
  }

  test('values that hold, of a host and of an image', () => {
    const values = '{ port = 80; list = has [ "b" ]; text = has [ "one" "two" ]; }';
    const { report, wrong } = compare(`{ values = ${values}; }`);
    expect(wrong).toBe('');
    expect(report).toContain('   ok     port is 80\n');
    expect(compare('{ of = [ "image" ]; values."passthru.filePath" = "image.vhd"; }').wrong).toBe('');
  });

  test.each([
    ['another value', 'port = 443', 'host on x86_64-linux: port is 443, got: 80'],
    ['a missing entry', 'list = has [ "a" "c" ]', 'host on x86_64-linux: list has ["a","c"], got: ["a","b"]'],
    [
      'a missing piece of text',
      'text = has [ "three" ]',
      'host on x86_64-linux: text has ["three"], got: "one two"',
    ],
    ['an option that is not there', '"port.number" = 80', 'host on x86_64-linux: there is no port.number'],
  ])('%s is wrong', (_, value, message) => {
    const { report, wrong } = compare(`{ values = { ${value}; }; }`);
    expect(wrong).toBe(`${message}\n`);
    expect(report).toContain('   WRONG  ');
  });

  test('each system is looked at', () => {
    const { wrong } = compare('{ systems = [ "x86_64-linux" "aarch64-linux" ]; values.port = 80; }');
    expect(wrong).toBe('host on aarch64-linux: port is 80, got: 81\n');
  });
});

(possible ? describe : describe.skip)('node_modules', () => {
  /** The packages that would be fetched, by the folders that they go to. */
  function fetched(options: string): string[] {
    return evaluate(`
      let lib = import ${PROJECT}/rehearsal/nixpkgs/lib;
      in import ${PROJECT}/nix/node-modules.nix ({
        inherit lib;
        callPackage = _: _: package: package;
        nodejs_22 = null;
        importNpmLock = {
          buildNodeModules = { derivationArgs, ... }: derivationArgs.npmDeps;
          importNpmLock = { packageLock, packageSourceOverrides, package }:
            assert packageLock.packages."".devDependencies or { } == package.devDependencies or { };
            builtins.attrNames packageSourceOverrides;
        };
      } // ${options})`) as string[];
  }

  test('of a deployment have what synthesizes and deploys, and nothing that tests', () => {
    const packages = fetched('{ }');
    expect(packages).toEqual(expect.arrayContaining(['node_modules/cdktf-cli', 'node_modules/esbuild']));
    for (const name of ['jest', 'eslint', 'prettier', 'typescript-eslint', '@swc/core'])
      expect(packages).not.toContain(`node_modules/${name}`);
  });

  test('of the tests have both', () => {
    expect(fetched('{ withTests = true; }')).toEqual(
      expect.arrayContaining(['node_modules/cdktf-cli', 'node_modules/jest', 'node_modules/eslint']),
    );
  });
});
