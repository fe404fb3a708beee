import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  for (const name of ['alice', 'bob', 'mallory']) makeKey(name);
  recipients('alice');
});

afterEach(() => {
  expect(readdirSync(memory)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  rmSync(place, { recursive: true });
  rmSync(memory, { recursive: true });
});

function makeKey(name: string): void {
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(place, name)]);
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
    },
  });
  return { status, said: stdout + stderr };
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
    const { status, said } = secrets('alice', ['edit', 'greeting'], editor);
    expect(status).toBe(1);
    expect(said).toContain(message);
    expect(plaintext('alice', 'greeting')).toBe(PLAINTEXT);
  });

  test('an editor that is interrupted leaves no plaintext', () => {
    expect(secrets('alice', ['edit', 'greeting'], `${write(PLAINTEXT)} "$1"; kill $PPID; true`).status).toBe(
      143,
    );
    expect(readdirSync(folder)).toEqual(['recipients']);
  });

  test.each(['../x', '-x', '.x', 'a b', 'a/b', ''])('%j is no name for a secret', (name) => {
    const { status, said } = secrets('alice', ['edit', name], write('x'));
    expect(status).toBe(2);
    expect(said).toContain('not a name for a secret');
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
    const { status, said } = secrets('nobody', ['check']);
    expect(status).toBe(0);
    expect(said).toContain('not tried to decrypt');
  });

  test.each([
    ['a recipient that was added', ['alice', 'bob'], 'lacks ssh-ed25519'],
    ['a recipient that was removed', ['bob'], 'has ssh-ed25519'],
  ])('check names %s; rekey fixes it', (_, names, difference) => {
    recipients(...names);
    const { status, said } = secrets('alice', ['check']);
    expect(status).toBe(1);
    expect(said).toContain('greeting.age is not encrypted to exactly the recipients');
    expect(said).toContain(difference);
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    expect(secrets('bob', ['check'])).toMatchObject({ status: 0 });
    expect(plaintext('bob', 'greeting')).toBe(PLAINTEXT);
  });

  test("an age key counts as a recipient, too, by its header's count", () => {
    const { stdout } = spawnSync('age-keygen', [], { encoding: 'utf8' });
    writeFileSync(join(place, 'carol'), stdout, { mode: 0o600 });
    writeFileSync(join(place, 'carol.pub'), `${/public key: (.*)/.exec(stdout)?.[1] ?? ''}\n`);
    recipients('alice', 'carol');
    expect(secrets('alice', ['check']).said).toContain('lacks X25519');
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    expect(secrets('carol', ['check'])).toMatchObject({ status: 0 });
  });

  test('rekey leaves alone what needs nothing', () => {
    const before = ciphertext('greeting');
    expect(secrets('alice', ['rekey'])).toMatchObject({ status: 0 });
    expect(ciphertext('greeting')).toBe(before);
  });

  test.each([[['rekey']], [['edit', 'greeting']], [['check']]])(
    'an identity that cannot decrypt is told, and changes nothing: %j',
    (args) => {
      const before = ciphertext('greeting');
      if (args[0] === 'rekey') recipients('alice', 'mallory');
      const { status, said } = secrets('mallory', args, write('x'));
      expect(status).toBe(1);
      expect(said).toContain(`greeting.age cannot be decrypted with ${join(place, 'mallory')}`);
      expect(ciphertext('greeting')).toBe(before);
    },
  );

  test('check refuses a file that is not encrypted', () => {
    writeFileSync(join(folder, 'plain.age'), PLAINTEXT);
    const { status, said } = secrets('nobody', ['check']);
    expect(status).toBe(1);
    expect(said).toContain('plain.age is not encrypted to exactly the recipients: it is no age file');
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
    const { status, said } = secrets('alice', args, write('x'));
    expect(status).toBe(2);
    expect(said).toContain(message);
  }
  expect(readdirSync(folder).filter((name) => name.endsWith('.age'))).toEqual([]);
});

test.each([[[]], [['edit']], [['destroy']], [['check', 'x']]])('%j is wrong usage', (args) => {
  expect(secrets('alice', args)).toMatchObject({ status: 2 });
});
