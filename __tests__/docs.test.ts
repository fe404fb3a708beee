import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { scenarios } from '../rehearsal/scenarios';
import { stackScenarios } from '../rehearsal/stack-scenarios';

const FILES = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.md'],
  {
    encoding: 'utf8',
  },
)
  .split('\0')
  // Plans' reviews are made by programs and have links of their own.
  .filter((file) => file !== '' && !file.startsWith('__tests__/') && existsSync(file));

const read = (file: string) => readFileSync(file, 'utf8');
const withoutCode = (text: string) => text.replace(/^ *```[^]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub makes them of headings. */
function anchorsOf(file: string): ReadonlySet<string> {
  const headings = [
    ...read(file)
      .replace(/^ *```[^]*?^ *```$/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ];
  const names = headings.map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(names);
}

test.each(FILES)('%s: each link of its own leads somewhere', (file) => {
  const text = withoutCode(read(file));
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  );
  const broken = targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const found = path === '' ? file : join(dirname(file), path);
      if (!existsSync(found)) return true;
      return (
        anchor !== undefined &&
        !anchorsOf(statSync(found).isDirectory() ? join(found, 'README.md') : found).has(anchor)
      );
    });
  expect(broken).toEqual([]);
});

test.each(FILES)('%s: each reference has its definition', (file) => {
  const text = withoutCode(read(file));
  const defined = new Set([...text.matchAll(/^\[([^\]]+)\]: /gm)].map(([, name]) => name));
  const used = new Set([...text.matchAll(/\]\[([^\]]+)\]/g)].map(([, name]) => name));
  expect([...used].filter((name) => !defined.has(name))).toEqual([]);
  expect([...defined].filter((name) => !used.has(name))).toEqual([]);
});

function scriptsOf(manifest: string): Readonly<Record<string, string>> {
  if (!existsSync(manifest)) return {};
  const { scripts = {} } = JSON.parse(read(manifest)) as { scripts?: Record<string, string> };
  return scripts;
}

test.each(FILES)('%s: each command of npm and nix run exists', (file) => {
  // Those of the folder's own package, such as the template's, beside the project's.
  const scripts = { ...scriptsOf('package.json'), ...scriptsOf(join(dirname(file), 'package.json')) };
  const flake = execFileSync('git', ['ls-files', '--', 'flake.nix', 'nix/*.nix', 'app/nix/*.nix'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((one) => existsSync(one))
    .map(read)
    .join('\n');
  const text = read(file);
  const missing = [
    ...[...text.matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in scripts)),
    ...[...text.matchAll(/nix (?:run|develop) \.#([\w-]+)/g)]
      .map(([, name = '']) => name)
      .filter(
        (name) => !new RegExp(`(^|[^\\w-])(?:${name}|packages\\.${name}) = |^ *${name}$`, 'm').test(flake),
      ),
  ];
  expect(missing).toEqual([]);
});

const SCENARIOS = new Set([...scenarios, ...stackScenarios].map(({ name }) => name));

test.each(FILES)('%s: each scenario that is named exists', (file) => {
  const named = [...read(file).matchAll(/--scenario ([a-z][a-z0-9-]*)/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !SCENARIOS.has(name))).toEqual([]);
});

test('CONTRIBUTING.md or another text has each script of package.json', () => {
  const scripts = scriptsOf('package.json');
  const all = FILES.map(read).join('\n');
  const undocumented = Object.keys(scripts).filter(
    (name) => !new RegExp(`npm (?:run (?:--silent )?)?${name}(?![\\w:-])`).test(all),
  );
  expect(undocumented).toEqual([]);
});

test('each folder that CONTRIBUTING.md names exists', () => {
  const folders = [...read('CONTRIBUTING.md').matchAll(/`([\w./-]+\/)`/g)].map(([, folder]) => folder ?? '');
  expect(folders.length).toBeGreaterThan(5);
  expect(folders.filter((folder) => !existsSync(folder))).toEqual([]);
});

describe('README.md', () => {
  const text = read('README.md');

  test('is read in a few minutes: at most 900 words beside tables, code and definitions of links', () => {
    const prose = text
      .replace(/^ *```[^]*?^ *```$/gm, '')
      .replace(/^\|.*$/gm, '')
      .replace(/^\[[^\]]+\]: .*$/gm, '')
      .replace(/\]\([^)]*\)/g, ']');
    const words = prose.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    expect(words.length).toBeLessThanOrEqual(900);
    expect(words.length).toBeGreaterThan(300); // what is counted is the text
  });

  test('its pictures lead in one direction', () => {
    const pictures = text.match(/^```mermaid\n.*$/gm) ?? [];
    expect(pictures).toHaveLength(2);
    expect(new Set(pictures)).toEqual(new Set(['```mermaid\nflowchart LR']));
  });

  test('what this project does beside others is played by the scenarios that it names', () => {
    const [row = ''] = /^\| here .*$/m.exec(text) ?? [];
    const named = [...row.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !SCENARIOS.has(name))).toEqual([]);
  });
});
