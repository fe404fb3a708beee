import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPT = resolve(__dirname, '../../scripts/check-nixpkgs.sh');
const REQUIREMENTS = 'ty==1.2.3\n';

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'check-nixpkgs-'));
}

/** A nix that answers as a real one does where everything holds; `overrides` are shell cases before its own. */
function nix(folder: string, overrides = ''): string {
  return program(
    join(folder, 'nix'),
    `
    [ "$1" != --version ] || { echo 'nix (Nix) 2.34.8'; exit; }
    case "$*" in
      ${overrides}
      *'flake check'*) ;;
      *'flake show'*) echo '{"packages":{"x86_64-linux":{"live":{"type":"derivation"}}}}' ;;
      *'flake lock'*) ;;
      *compare.nix*) mkdir -p "$(target "$@")"; cd "$(target "$@")"; echo '   ok     a line' >report; : >wrong ;;
      *test-scripts.nix*)
        mkdir -p "$(target "$@")/tests/image"; cd "$(target "$@")"
        printf '${REQUIREMENTS.trim()}\\n' >requirements
        echo 'answer: int = 42' >tests/image/testScript
        printf '%s\\n' 'mkdir -p $out/bin' 'cat "/nix/store/00000000000000000000000000000000-test-script-prepend.py" >>typed' \\
          'echo -n "$testScript" >>typed' 'ty check typed' 'cp "nothing" $out/test-script' >tests/image/buildCommand
        ;;
      *) echo /nix/store/00000000000000000000000000000000-source ;;
    esac`,
  );
}

function program(path: string, body: string): string {
  writeFileSync(
    path,
    `#!/usr/bin/env bash\nset -eu\ntarget() { while [ "$1" != --write-to ]; do shift; done; echo "$2"; }\n${body}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** A folder with as much of nixpkgs as the script itself reads. */
function tree(folder: string): string {
  const nixpkgs = join(folder, 'nixpkgs');
  mkdirSync(join(nixpkgs, 'nixos/lib/test-driver/src/test_driver'), { recursive: true });
  writeFileSync(join(nixpkgs, 'nixos/lib/eval-config.nix'), '');
  writeFileSync(join(nixpkgs, 'nixos/lib/test-script-prepend.py'), 'import test_driver\n');
  return nixpkgs;
}

/** Checkers as if they had been installed: `ty` refuses a file with the word `wrong`, and one without the prelude. */
function checkers(cache: string): void {
  const digest = createHash('sha256').update(REQUIREMENTS).digest('hex').slice(0, 16);
  const bin = join(cache, `iplz-deploy/test-driver-${digest}/bin`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, '../.complete'), '');
  program(
    join(bin, 'ty'),
    '[ -d test_driver ] && grep -q "import test_driver" "$2" && grep -q answer "$2" && ! grep wrong "$2"',
  );
}

function check(environment: Record<string, string>) {
  const folder = temporaryFolder();
  const cache = join(folder, 'cache');
  checkers(cache);
  const { status, stdout, stderr } = spawnSync(SCRIPT, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: cache, ...environment },
  });
  return { status, stdout, stderr };
}

function checkTree(overrides?: string) {
  const folder = temporaryFolder();
  return check({ NIX: nix(folder, overrides), NIXPKGS: tree(folder) });
}

describe('where it cannot run it says so, and passes nothing', () => {
  test('no nix', () => {
    const { status, stdout, stderr } = check({ NIX: '/nonexistent/nix' });
    expect({ status, stdout }).toEqual({ status: 77, stdout: '' });
    expect(stderr).toMatch(/^not run: no nix here/);
  });

  test.each(['2.8.0', '2.17.9'])('a nix that is too old: %s', (version) => {
    const { status, stderr } = check({
      NIX: program(join(temporaryFolder(), 'nix'), `echo 'nix (Nix) ${version}'`),
    });
    expect(status).toBe(77);
    expect(stderr).toContain(`is ${version}, and 2.18 or newer is needed`);
  });

  test('no nixpkgs: the locked one cannot be fetched', () => {
    const unreachable = `*) echo "error: unable to download 'https://example.org/x': Could not resolve host" >&2; exit 1 ;;`;
    const { status, stderr } = check({ NIX: nix(temporaryFolder(), unreachable) });
    expect(status).toBe(77);
    expect(stderr).toMatch(/^not run: no nixpkgs here: unable to download/);
  });
});

describe('what is wrong with the set-up is no reason to skip', () => {
  test('a locked nixpkgs that is not what the lock says', () => {
    const { status, stderr } = check({
      NIX: nix(temporaryFolder(), '*) echo "error: NAR hash mismatch" >&2; exit 1 ;;'),
    });
    expect(status).toBe(1);
    expect(stderr).toContain('NAR hash mismatch');
  });

  test('a folder that is not nixpkgs', () => {
    const folder = temporaryFolder();
    const { status, stderr } = check({ NIX: nix(folder), NIXPKGS: folder });
    expect(status).toBe(2);
    expect(stderr).toContain(`must be a folder with nixpkgs, got: ${folder}`);
  });
});

test('all as specified', () => {
  const { status, stdout, stderr } = checkTree();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('1 outputs, no warning');
  expect(stdout).toContain('a line');
  expect(stdout).toContain('ok     image');
});

describe('fails on', () => {
  test.each([
    [
      'an output that does not evaluate',
      `*'flake check'*) echo 'error: attribute missing' >&2; exit 1 ;;`,
      'attribute missing',
    ],
    [
      'a warning of flake check',
      `*'flake check'*) echo 'evaluation warning: deprecated' >&2 ;;`,
      'deprecated',
    ],
    ['a trace of flake show', `*'flake show'*) echo 'trace: here' >&2 ;;`, 'trace: here'],
    [
      'a warning beside the values',
      `*compare.nix*) echo 'evaluation warning: old' >&2 ;;`,
      'evaluation warning: old',
    ],
    [
      'a value that is not as specified',
      '*compare.nix*) mkdir -p "$(target "$@")"; cd "$(target "$@")"; echo x >report; echo "a is 1, got: 2" >wrong ;;',
      'a is 1, got: 2',
    ],
    [
      'Python that the type checker refuses',
      `*test-scripts.nix*)
        mkdir -p "$(target "$@")/tests/image"; cd "$(target "$@")"; printf '${REQUIREMENTS.trim()}\\n' >requirements
        echo 'answer = wrong' >tests/image/testScript
        printf '%s\\n' 'cat "/nix/store/0-test-script-prepend.py" >>typed' 'echo "$testScript" >>typed' 'ty check typed' >tests/image/buildCommand ;;`,
      'answer = wrong',
    ],
    [
      'a test driver without a type check',
      `*test-scripts.nix*)
        mkdir -p "$(target "$@")/tests/image"; cd "$(target "$@")"; printf '${REQUIREMENTS.trim()}\\n' >requirements
        : >tests/image/testScript; echo 'cp "x" $out' >tests/image/buildCommand ;;`,
      'no type check that is known here',
    ],
  ])('%s', (_, overrides, message) => {
    const { status, stdout, stderr } = checkTree(overrides);
    expect({ status, ok: stdout.includes('all as specified') }).toEqual({ status: 1, ok: false });
    expect(stderr).toContain(message);
  });
});
