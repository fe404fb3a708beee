import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Report } from '../../rehearsal/report';

const PROJECT = resolve(__dirname, '../..');
const possible = process.platform === 'linux' && process.getuid?.() === 0;
if (!possible) console.warn('No project of the template is rehearsed: it needs root on Linux.');

/** Another application than the template's: of another language, at another port, by another name. */
const CLOCK = `{ lib, pkgs, ... }:
let
  server = pkgs.writeText "clock.pl" ''
    use IO::Socket::INET;
    my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 5, ReuseAddr => 1) or die $@;
    while (my $client = $server->accept) {
      while (defined(my $line = <$client>)) { last if $line =~ /^\\r?$/ }
      print $client "HTTP/1.0 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\ntick\\n";
      close $client;
    }
  '';
in
{
  networking.firewall.allowedTCPPorts = [ 8080 ];
  deployment.healthCheck = "curl --fail --silent --max-time 5 http://$TARGET_HOST:8080/";
  systemd.services.clock = {
    description = "Tells that time passes";
    wantedBy = [ "multi-user.target" ];
    serviceConfig = {
      ExecStart = "\${lib.getExe pkgs.perl} \${server}";
      DynamicUser = true;
    };
  };
}
`;

let folder: string;
let project: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-'));
  project = join(folder, 'clock');
  if (possible) makeProject();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** From an empty folder: the template by `nix flake init`, with another application in place of its own. */
function makeProject(): void {
  const source = join(folder, 'iplz-deploy');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  for (const file of files.split('\0').filter((name) => name !== '' && existsSync(join(PROJECT, name))))
    cpSync(join(PROJECT, file), join(source, file), { verbatimSymlinks: true });
  mkdirSync(project);
  execFileSync(
    join(PROJECT, 'rehearsal/isolate.sh'),
    [join(folder, 'sandbox'), 'nix', 'flake', 'init', '--template', `path:${source}`],
    { cwd: project, env: { PATH: process.env.PATH, HOME: folder }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  rmSync(join(project, 'hosts/web.nix'));
  writeFileSync(join(project, 'hosts/clock.nix'), CLOCK);
  for (const file of ['flake.nix', 'main.ts']) {
    const text = readFileSync(join(project, file), 'utf8');
    writeFileSync(join(project, file), text.replace(/\bweb\b/g, 'clock'));
  }
  execFileSync('git', ['init', '--quiet'], { cwd: project });
  execFileSync('git', ['add', '--all'], { cwd: project });
}

function rehearse(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    'node',
    ['run.cjs', 'rehearsal/rehearse.ts', '--project', project, ...words],
    { cwd: PROJECT, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  return { status, output: stdout + stderr };
}

(possible ? describe : describe.skip)('a project of the template with an application of its own', () => {
  test('is deployed both ways, changed by a line, deployed again and destroyed', () => {
    const file = join(folder, 'report.json');
    const change = ['--file', 'hosts/clock.nix', '--before', 'ntick', '--after', 'ntock'];
    const { status, output } = rehearse('--report', file, ...change);
    if (status !== 0) console.error(output);
    expect(status).toBe(0);
    const { steps, leaks } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    expect(leaks).toEqual([]);
    const of = (stack: string) => steps.filter((step) => step.stack === stack);
    for (const stack of ['immutable', 'live']) {
      expect(of(stack).flatMap(({ answer }) => answer ?? [])).toEqual(['tick', 'tock']);
      expect(of(stack).at(-1)?.name).toBe('destroy');
    }
    const planned = (stack: string) =>
      of(stack)
        .flatMap(({ plan }) => plan ?? [])
        .at(-1);
    expect(planned('immutable')).toEqual({ add: 3, change: 1, destroy: 3 });
    expect(planned('live')).toEqual({ add: 0, change: 0, destroy: 0 });
  });

  test('is not rehearsed with a change that it does not have, which is said at once', () => {
    const { status, output } = rehearse('--file', 'hosts/clock.nix', '--before', 'absent');
    expect(status).toBe(2);
    expect(output).toContain(
      '--before must be a text that is in hosts/clock.nix once, got: "absent" (0 times)',
    );
    expect(rehearse('--file', 'hosts/web.nix').output).toContain('(no hosts/web.nix in it)');
  });
});
