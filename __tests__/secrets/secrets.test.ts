import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLAINTEXT = 'correct horse battery staple';
const TOOL = join(__dirname, '../../secrets/secrets.sh');

let place: string;
let folder: string;
let memory: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'secrets-test-'));
  // In memory, as the tool demands; a folder of its own shows what is left there.
  memory = mkdtempSync('/dev/shm/secrets-test-');
  folder = join(place, 'secrets');
  mkdirSync(folder);
  mkdirSync(join(place, 'home'));
  for (const name of ['alice', 'bob', 'mallory']) makeKey(name);
  recipients('alice');
});

afterEach(() => {
  expect(readdirSync(memory)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.') || name.endsWith('.new'))).toEqual([]);
  rmSync(place, { recursive: true });
  rmSync(memory, { recursive: true });
});

function makeKey(name: string): void {
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(place, name)]);
}

function makeAgeKey(name: string): void {
  const { stdout } = spawnSync('age-keygen', [], { encoding: 'utf8' });
  writeFileSync(join(place, name), stdout, { mode: 0o600 });
  writeFileSync(join(place, `${name}.pub`), `${/public key: (.*)/.exec(stdout)?.[1] ?? ''}\n`);
}

/** Type and key, without a comment. */
function publicKey(name: string): string {
  const words = readFileSync(join(place, `${name}.pub`), 'utf8')
    .trim()
    .split(' ');
  return words.slice(0, 2).join(' ');
}

/** Encrypt a secret by age alone, to one key. */
function encryptByHand(secret: string, name: string, ...options: readonly string[]): void {
  const file = join(folder, `${secret}.age`);
  spawnSync('age', [...options, '--recipients-file', join(place, `${name}.pub`), '--output', file], {
    input: PLAINTEXT,
  });
}

function recipients(...names: readonly string[]): void {
  const keys = names.map((name) => readFileSync(join(place, `${name}.pub`), 'utf8'));
  writeFileSync(join(folder, 'recipients'), ['# who may read\n', ...keys].join(''));
}

/** Run the tool as somebody; the editor is a shell command. */
function secrets(who: string, args: readonly string[], editor = 'true') {
  const { status, stdout, stderr } = spawnSync(TOOL, args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      SECRETS_DIR: folder,
      AGE_IDENTITY_FILE: join(place, who),
      XDG_RUNTIME_DIR: memory,
      VISUAL: '',
      EDITOR: editor,
      HOME: join(place, 'home'),
      PATH: `${place}:${process.env.PATH ?? ''}`,
    },
  });
  return { status, output: stdout + stderr };
}

const write = (text: string) => `printf '%s' '${text}' >`;
const ciphertext = (name: string) => readFileSync(join(folder, `${name}.age`), 'latin1');

function plaintext(who: string, name: string): string {
  const words = ['--decrypt', '--identity', join(place, who), join(folder, `${name}.age`)];
  return spawnSync('age', words, { encoding: 'utf8' }).stdout;
}

describe('edit', () => {
  test('a new name makes a new secret, which its recipient can read', () => {
    expect(secrets('alice', ['edit', 'greeting'], write(PLAINTEXT))).toMatchObject({ status: 0 });
    expect(plaintext('alice', 'greeting')).toBe(PLAINTEXT);
    expect(ciphertext('greeting')).not.toContain(PLAINTEXT);
  });

  test('the editor sees what was there; what it leaves is encrypted', () => {
    secrets('alice', ['edit', 'greeting'], write(PLAINTEXT));
    const { status } = secrets('alice', ['edit', 'greeting'], 'sed -i s/horse/mule/');
    expect(status).toBe(0);
    expect(plaintext('alice', 'greeting')).toBe('correct mule battery staple');
  });

  test('while the editor runs, the plaintext is in memory and for its user alone', () => {
    secrets(
      'alice',
      ['edit', 'greeting'],
      `stat -c %a:%n >${place}/seen "$1" $(dirname "$1"); ${write('x')}`,
    );
    const [file = '', directory = ''] = readFileSync(join(place, 'seen'), 'utf8').split('\n');
    expect(file).toMatch(new RegExp(`^600:${memory}/`));
    expect(directory).toMatch(/^700:/);
  });

  test('nothing is written when nothing changed, so that nothing is deployed', () => {
    secrets('alice', ['edit', 'greeting'], write(PLAINTEXT));
    const before = ciphertext('greeting');
    expect(secrets('alice', ['edit', 'greeting'])).toMatchObject({ status: 0 });
    expect(ciphertext('greeting')).toBe(before);
  });

  test.each([
    ['an editor that fails', 'false', 'the editor ended with an error'],
    ['an empty text', ': >', 'the secret is empty'],
  ])('%s leaves the secret as it was', (_, editor, message) => {
    secrets('alice', ['edit', 'greeting'], write(PLAINTEXT));
    const { status, output } = secrets('alice', ['edit', 'greeting'], editor);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(plaintext('alice', 'greeting')).toBe(PLAINTEXT);
  });

  test('an editor that is interrupted leaves no plaintext', () => {
    expect(secrets('alice', ['edit', 'greeting'], `${write(PLAINTEXT)} "$1"; kill $PPID; true`).status).toBe(
      143,
    );
    expect(readdirSync(folder)).toEqual(['recipients']);
  });

  test('the files that an editor makes for itself go with the draft', () => {
    const editor = `f() {
      for file in "$1~" "$(dirname "$1")/.x.swp" "$HOME/.viminfo" "$XDG_STATE_HOME/history" "$TMPDIR/x"; do
        cp "$1" "$file"
      done
      printf %s '${PLAINTEXT}' >"$1"
    }; f`;
    expect(secrets('alice', ['edit', 'greeting'], editor)).toMatchObject({ status: 0 });
    expect(readdirSync(join(place, 'home'))).toEqual([]);
  });

  test('Ctrl-C in an editor that goes on does not undo what it saves', () => {
    expect(secrets('alice', ['edit', 'greeting'], `kill -INT $PPID; ${write(PLAINTEXT)}`)).toMatchObject({
      status: 0,
    });
    expect(plaintext('alice', 'greeting')).toBe(PLAINTEXT);
  });

  test('killed, it leaves no plaintext and locks nobody out', async () => {
    const watcher = watch(memory);
    const { status } = secrets(
      'alice',
      ['edit', 'greeting'],
      `${write(PLAINTEXT)} "$1"; kill -KILL $PPID; :`,
    );
    expect(status).toBe(null);
    try {
      const signal = AbortSignal.timeout(600_000);
      while (readdirSync(memory).length > 0) await once(watcher, 'change', { signal });
    } finally {
      watcher.close();
    }
    expect(secrets('alice', ['edit', 'greeting'], write('x'))).toMatchObject({ status: 0 });
  });

  describe('never loses what was typed', () => {
    /** The file that a message names as the draft's. */
    function draftOf(output: string): string {
      const [, file = ''] = /What you typed is in (\S+),/.exec(output) ?? [];
      expect(readFileSync(file, 'utf8')).toBe('typed');
      return file;
    }

    function removeDrafts(): void {
      for (const left of readdirSync(memory)) rmSync(join(memory, left), { recursive: true });
    }

    beforeEach(() => {
      secrets('alice', ['edit', 'greeting'], write(PLAINTEXT));
    });

    test.each([
      [
        'cannot be encrypted',
        `echo nobody >"$SECRETS_DIR/recipients"; ${write('typed')}`,
        'cannot be encrypted',
      ],
      ['comes from an editor that fails', `f() { ${write('typed')} "$1"; false; }; f`, 'ended with an error'],
      [
        'is of a secret that something else has changed',
        `cat "$SECRETS_DIR/recipients" >"$SECRETS_DIR/greeting.age"; ${write('typed')}`,
        'was changed by something else',
      ],
    ])('a text that %s is kept, and said where', (_, editor, reason) => {
      const { status, output } = secrets('alice', ['edit', 'greeting'], editor);
      expect(status).toBe(1);
      expect(output).toContain(reason);
      const { mode } = statSync(draftOf(output));
      expect(mode & 0o077).toBe(0);
      removeDrafts();
    });

    test('and taken up again as the message says', () => {
      const { output } = secrets('alice', ['edit', 'greeting'], `f() { ${write('typed')} "$1"; false; }; f`);
      const [, editor = ''] = /EDITOR='(.*)' npm run secrets -- edit greeting/.exec(output) ?? [];
      expect(secrets('alice', ['edit', 'greeting'], editor)).toMatchObject({ status: 0 });
      expect(plaintext('alice', 'greeting')).toBe('typed');
      removeDrafts();
    });

    test('an abort by the editor that changed nothing keeps no draft', () => {
      expect(secrets('alice', ['edit', 'greeting'], 'false').output).not.toContain('What you typed');
    });
  });

  describe('beside another one', () => {
    beforeEach(() => {
      for (const name of ['greeting', 'password']) secrets('alice', ['edit', name], write(PLAINTEXT));
    });

    /** What the editor of `greeting` sees when it runs the tool in turn; then it saves a new text. */
    function beside(args: string): string {
      const seen = join(place, 'seen');
      const editor = `f() { (EDITOR='true' '${TOOL}' ${args} >'${seen}' 2>&1; echo "status $?" >>'${seen}'); ${write('new')} "$1"; }; f`;
      expect(secrets('alice', ['edit', 'greeting'], editor)).toMatchObject({ status: 0 });
      expect(plaintext('alice', 'greeting')).toBe('new');
      return readFileSync(seen, 'utf8');
    }

    test('of the same secret is refused', () => {
      expect(beside('edit greeting')).toMatch(
        /greeting\.age is being edited by another process\nstatus 1\n$/,
      );
    });

    test.each(['edit password', 'check', 'rekey'])('%s goes on', (args) => {
      expect(beside(args)).toMatch(/status 0\n$/);
    });
  });

  test.each(['../x', '-x', '.x', 'a b', 'a/b', ''])('%j is no name for a secret', (name) => {
    const { status, output } = secrets('alice', ['edit', name], write('x'));
    expect(status).toBe(2);
    expect(output).toContain('not a name for a secret');
  });
});

describe('who can read', () => {
  beforeEach(() => {
    secrets('alice', ['edit', 'greeting'], write(PLAINTEXT));
  });

  test('check accepts what is encrypted to exactly the recipients', () => {
    expect(secrets('alice', ['check'])).toMatchObject({ status: 0 });
  });

  test('check needs no identity for that', () => {
    const { status, output } = secrets('nobody', ['check']);
    expect(status).toBe(0);
    expect(output).toContain('not tried to decrypt');
  });

  test.each([
    ['a recipient that was added', ['alice', 'bob'], 'lacks ssh-ed25519'],
    ['a recipient that was removed', ['bob'], 'has ssh-ed25519'],
  ])('check names %s; rekey fixes it', (_, names, difference) => {
    recipients(...names);
    const { status, output } = secrets('alice', ['check']);
    expect(status).toBe(1);
    expect(output).toContain('greeting.age is not encrypted to exactly the recipients');
    expect(output).toContain(difference);
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    expect(secrets('bob', ['check'])).toMatchObject({ status: 0 });
    expect(plaintext('bob', 'greeting')).toBe(PLAINTEXT);
  });

  test("an age key counts as a recipient, too, by its header's count", () => {
    makeAgeKey('carol');
    recipients('alice', 'carol');
    expect(secrets('alice', ['check']).output).toContain('lacks X25519');
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    expect(secrets('carol', ['check'])).toMatchObject({ status: 0 });
  });

  test("another one of age's own keys is another recipient, though the header looks the same", () => {
    for (const name of ['carol', 'dave']) makeAgeKey(name);
    recipients('alice', 'carol');
    secrets('alice', ['rekey']);
    recipients('alice', 'dave');
    const { status, output } = secrets('alice', ['check']);
    expect(status).toBe(1);
    expect(output).toMatch(/lacks age1.*has age1|has age1.*lacks age1/);
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    expect(plaintext('carol', 'greeting')).toBe('');
    expect(secrets('dave', ['check'])).toMatchObject({ status: 0 });
  });

  test('the record shows who may read, and counts for its own ciphertext alone', () => {
    makeAgeKey('carol');
    recipients('alice', 'carol');
    secrets('alice', ['rekey']);
    const record = readFileSync(join(folder, 'greeting.recipients'), 'utf8');
    expect(record.split('\n').slice(1)).toEqual([publicKey('carol'), publicKey('alice'), '']);
    // As age by itself would replace it: what the record says is of the one before.
    encryptByHand('greeting', 'alice');
    recipients('alice');
    expect(secrets('alice', ['check'])).toMatchObject({ status: 0 });
  });

  test('recipients of a plugin are judged by what age makes of them', () => {
    const plugin = join(place, 'age-plugin-fixture');
    symlinkSync(join(__dirname, 'age-plugin-fixture.py'), plugin);
    writeFileSync(join(folder, 'recipients'), 'age1fixture1qpzry9x84cc2ny\nage1fixture1ggggggggzcus8s\n');
    writeFileSync(join(place, 'plug'), 'AGE-PLUGIN-FIXTURE-1QQQQQQQQADVE2D\n');
    expect(secrets('alice', ['check']).output).toContain('lacks fixture *');
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    const before = ciphertext('greeting');
    expect(secrets('plug', ['check'])).toMatchObject({ status: 0 });
    expect(secrets('plug', ['rekey'])).toMatchObject({ status: 0 });
    expect(ciphertext('greeting')).toBe(before);
    writeFileSync(join(folder, 'recipients'), 'age1fixture1qpzry9x84cc2ny\n');
    expect(secrets('plug', ['check']).output).toContain('has fixture *');
  });

  test('an armored file is one of age', () => {
    encryptByHand('greeting', 'alice', '--armor');
    expect(secrets('alice', ['check'])).toMatchObject({ status: 0 });
    encryptByHand('greeting', 'bob', '--armor');
    expect(secrets('nobody', ['check']).output).toContain('lacks ssh-ed25519');
  });

  test('rekey does what it can, and names the rest', () => {
    encryptByHand('of-mallory', 'mallory');
    encryptByHand('zebra', 'alice');
    recipients('alice', 'bob');
    const { status, output } = secrets('alice', ['rekey']);
    expect(status).toBe(1);
    expect(output).toContain(`1 of 3 could not be encrypted again: ${join(folder, 'of-mallory.age')}`);
    expect(plaintext('bob', 'greeting')).toBe(PLAINTEXT);
    expect(plaintext('bob', 'zebra')).toBe(PLAINTEXT);
    expect(plaintext('mallory', 'of-mallory')).toBe(PLAINTEXT);
  });

  test('where age fails in the middle, rekey leaves the secret as it was', () => {
    const before = ciphertext('greeting');
    recipients('alice', 'bob');
    const age = spawnSync('which', ['age'], { encoding: 'utf8' }).stdout.trim();
    writeFileSync(join(place, 'age'), `#!/bin/sh\n'${age}' "$@"; case $1 in --decrypt) exit 1 ;; esac\n`);
    chmodSync(join(place, 'age'), 0o755);
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 1 });
    expect(ciphertext('greeting')).toBe(before);
  });

  test('rekey leaves alone what needs nothing', () => {
    const before = ciphertext('greeting');
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    expect(ciphertext('greeting')).toBe(before);
  });

  test.each([[['rekey']], [['edit', 'greeting']], [['check']]])(
    'an identity that cannot decrypt is named, and changes nothing: %j',
    (args) => {
      const before = ciphertext('greeting');
      if (args[0] === 'rekey') recipients('alice', 'mallory');
      const { status, output } = secrets('mallory', args, write('x'));
      expect(status).toBe(1);
      expect(output).toContain(`greeting.age cannot be decrypted with ${join(place, 'mallory')}`);
      expect(ciphertext('greeting')).toBe(before);
    },
  );

  test('check refuses a file that is not encrypted', () => {
    writeFileSync(join(folder, 'plain.age'), PLAINTEXT);
    const { status, output } = secrets('nobody', ['check']);
    expect(status).toBe(1);
    expect(output).toContain('plain.age is not encrypted to exactly the recipients: it is no age file');
  });
});

test.each([
  ['no file of recipients', undefined, 'does not exist'],
  ['no recipient in it', '# nobody\n\n', 'has no key'],
  ['a line that is no key', 'ssh-ed25519 nonsense\n', 'age refuses'],
])('%s', (_, text, message) => {
  rmSync(join(folder, 'recipients'));
  if (text !== undefined) writeFileSync(join(folder, 'recipients'), text);
  for (const args of [['edit', 'greeting'], ['rekey'], ['check']]) {
    const { status, output } = secrets('alice', args, write('x'));
    expect(status).toBe(2);
    expect(output).toContain(message);
  }
  expect(readdirSync(folder).filter((name) => name.endsWith('.age'))).toEqual([]);
});

test.each([[[]], [['edit']], [['destroy']], [['check', 'x']]])('%j is wrong usage', (args) => {
  expect(secrets('alice', args)).toMatchObject({ status: 2 });
});
