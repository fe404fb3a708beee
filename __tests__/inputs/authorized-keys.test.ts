import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseAuthorizedKeys, readAuthorizedKeys } from '../../inputs/authorized-keys';

let folder: string;
const made = new Map<string, string>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'iplz-keys-'));
  for (const [type, bits] of [
    ['ed25519', '256'],
    ['rsa', '2048'],
    ['ecdsa', '256'],
    ['ecdsa', '384'],
    ['ecdsa', '521'],
    ['rsa', '1024'],
  ] as const) {
    const file = join(folder, `${type}-${bits}`);
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      type,
      '-b',
      bits,
      '-N',
      '',
      '-C',
      '${file("/etc/passwd")}',
      '-f',
      file,
    ]);
    made.set(`${type}-${bits}`, readFileSync(`${file}.pub`, 'utf8').trim());
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const line = (name: string) => made.get(name) ?? '';
/** A line without its comment. */
const bare = (name: string) => line(name).split(' ').slice(0, 2).join(' ');

describe('what is read', () => {
  test.each(['ed25519-256', 'rsa-2048', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521'])(
    '%s, without its comment',
    (name) => {
      expect(line(name)).toContain('${file(');
      expect(parseAuthorizedKeys(line(name))).toEqual({ keys: [bare(name)], problems: [] });
    },
  );

  test('keys of security keys', () => {
    const keys = [
      `sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAI${'A'.repeat(43)}AAAABHNzaDo=`,
      `sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBB${'A'.repeat(87)}AAAABHNzaDo=`,
    ];
    expect(parseAuthorizedKeys(keys.join('\n'))).toEqual({ keys, problems: [] });
  });

  test('comments, empty lines, blanks around and in between, line ends of Windows', () => {
    const [type = '', key = ''] = bare('ed25519-256').split(' ');
    const text = `# who\n\n \t${type}\t ${key}  me \r\n  # more\n`;
    expect(parseAuthorizedKeys(text)).toEqual({ keys: [bare('ed25519-256')], problems: [] });
  });

  test('a link to nowhere is not no file', () => {
    symlinkSync('nowhere', join(folder, 'dangling'));
    expect(() => readAuthorizedKeys(join(folder, 'dangling'))).toThrow('ENOENT');
  });

  test('no file, no keys', () => {
    expect(readAuthorizedKeys(join(folder, 'absent'))).toEqual({ keys: [], problems: [] });
  });
});

const REFUSED: readonly (readonly [string, () => string])[] = [
  ['a word', () => 'garbage'],
  ['a type alone', () => 'ssh-ed25519'],
  ['a type that is none', () => bare('ed25519-256').replace('ssh-ed25519', 'ssh-dss')],
  ['a property of every object', () => 'constructor AAAA'],
  ['the key of another type', () => bare('ed25519-256').replace('ssh-ed25519', 'ssh-rsa')],
  ['a key that is cut', () => bare('rsa-2048').slice(0, -60)],
  ['a key that is too short to be safe', () => bare('rsa-1024')],
  ['a key that is too long', () => `${bare('ed25519-256')}AAAA`],
  ['options', () => `command="x",no-pty ${line('ed25519-256')}`],
  ['other letters', () => bare('ed25519-256').replace(/.$/, '$')],
];

test.each(REFUSED)('%s is no public key', (_, text) => {
  expect(parseAuthorizedKeys(`# who\n${text()}\n`)).toEqual({
    keys: [],
    problems: ['no public key, in line 2'],
  });
});

test('a private key is named and not quoted', () => {
  const text = readFileSync(join(folder, 'ed25519-256'), 'utf8');
  const { keys, problems } = parseAuthorizedKeys(`${line('rsa-2048')}\n${text}`);
  expect(keys).toEqual([]);
  expect(problems).toEqual([expect.stringMatching(/^a private key, in line 2: take it out/)]);
});

test('Nix reads a file alike', () => {
  const file = join(folder, 'all');
  const lines = [
    ...made.values(),
    ...REFUSED.map(([, text]) => text()),
    '',
    '# x',
    ` ${line('ed25519-256')} \r`,
  ];
  writeFileSync(file, lines.join('\n'));
  const expression = `import ./nix/authorized-keys.nix { lib = import ./rehearsal/nixpkgs/lib; } ${file}`;
  const json = execFileSync('nix-instantiate', ['--eval', '--strict', '--json', '--expr', expression], {
    encoding: 'utf8',
  });
  const { keys, problems } = parseAuthorizedKeys(lines.join('\n'));
  const numbers = (texts: readonly string[]) => texts.map((text) => /line (\d+)/.exec(text)?.[1]);
  const read = JSON.parse(json) as { keys: string[]; problems: string[] };
  expect(read.keys).toEqual(keys);
  expect(numbers(read.problems)).toEqual(numbers(problems));
});
