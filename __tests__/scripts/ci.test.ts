import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iplz-ci-'));
  mkdirSync(join(folder, 'bin'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Puts a program on PATH that records how it was called, one line a call, and then runs `body`. */
function fake(program: string, body: string): void {
  const file = join(folder, 'bin', program);
  writeFileSync(file, `#!/usr/bin/env bash\nprintf '%s\\n' "${program} $*" >>"$CALLS"\n${body}\n`);
  chmodSync(file, 0o755);
}

function run(script: string, args: readonly string[], environment: Environment = {}) {
  return runAt(resolve('scripts/ci', script), args, environment);
}

/** Runs a program in the folder of the test. */
function runAt(program: string, args: readonly string[], environment: Environment = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
      CALLS: join(folder, 'calls'),
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      GITHUB_REPOSITORY: 'owner/project',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '7',
      RUNNER_TEMP: folder,
      STATE_BUCKET: 'state-of-acme',
      ...environment,
    },
  });
  return { status, stdout, stderr };
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function read(name: string): string {
  return existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
}

describe('comment.sh', () => {
  const head = { HEAD_SHA: '0123456789abcdef0123456789abcdef01234567' };
  const keepBody = `for argument; do case $argument in body=@*) cp "\${argument#body=@}" "$(dirname "$CALLS")/body" ;; esac; done`;

  test('writes a comment where there is none', () => {
    fake('gh', keepBody);
    const { status } = run('comment.sh', ['12', write('review.md', 'all is well\n')], head);
    expect(status).toBe(0);
    expect(read('calls')).toContain('--method POST repos/owner/project/issues/12/comments');
    expect(read('body')).toBe(
      '<!-- review of the plan -->\nall is well\n\n<sub>[The run](https://github.com/owner/project/actions/runs/7), of 0123456789ab.</sub>\n',
    );
  });

  test('updates its own comment, once, where there is one', () => {
    fake('gh', `case $* in *--paginate*) printf '41\\n42\\n' ;; esac`);
    expect(run('comment.sh', ['12', write('review.md', 'x')], head).status).toBe(0);
    expect(read('calls')).toContain('--method PATCH repos/owner/project/issues/comments/41');
    expect(read('calls')).not.toContain('POST');
  });

  test('takes nobody else’s comment for its own', () => {
    fake('gh', '');
    run('comment.sh', ['12', write('review.md', 'x')], head);
    expect(read('calls')).toContain('.user.login == "github-actions[bot]"');
  });

  test('fails when GitHub refuses', () => {
    fake('gh', 'exit 1');
    expect(run('comment.sh', ['12', write('review.md', 'x')], head).status).not.toBe(0);
  });
});

describe('drift-issue.sh', () => {
  const none = '';
  const open = `case $* in 'issue list'*) echo 5 ;; esac`;
  const drift = '`live`: nothing to do.\n\n### Drift of `live`: changed behind Terraform’s back\n';

  test.each([
    ['opens an issue for a plan that is not empty', none, '2', 'x', 'gh issue create'],
    ['opens one for drift that the plan leaves alone', none, '0', drift, 'gh issue create'],
    ['updates the one that is open', open, '3', 'x', 'gh issue edit --repo owner/project 5'],
    [
      'closes it when all is well again',
      open,
      '0',
      '`live`: nothing to do.\n',
      'gh issue close --repo owner/project 5',
    ],
  ])('%s', (_, gh, status, review, call) => {
    fake('gh', gh);
    expect(run('drift-issue.sh', [status, write('review.md', review)]).status).toBe(0);
    const calls = read('calls')
      .split('\n')
      .filter((line) => /issue (create|edit|close)/.test(line));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain(call);
  });

  test('keeps it open after a deployment that failed, whatever the plan says', () => {
    fake('gh', `${open}\ncase $* in 'issue edit'*) cp "$7" "$(dirname "$CALLS")/body" ;; esac`);
    const review = write('review.md', '`live`: nothing to do.\n');
    expect(run('drift-issue.sh', ['0', review], { LAST_FAILED: 'true' }).status).toBe(0);
    expect(read('calls')).toContain('gh issue edit --repo owner/project 5');
    expect(read('calls')).not.toContain('issue close');
    expect(read('body')).toMatch(/^\*\*The last deployment failed\*\*: .*\n\n`live`: nothing to do\.\n$/);
  });

  test('does nothing when all is well and no issue is open', () => {
    fake('gh', none);
    run('drift-issue.sh', ['0', write('review.md', '`live`: nothing to do.\n')]);
    expect(read('calls')).not.toMatch(/issue (create|edit|close)/);
  });
});

describe('last-deployment.sh', () => {
  test.each([
    ['success', '1', 'false'],
    ['none', '1', 'false'], // there was none
    ['failure', '1', 'true'],
    ['cancelled', '1', 'true'],
    ['timed_out', '1', 'true'],
    ['action_required', '1', 'true'],
    ['success', '2', 'true'], // of this very run, something failed before
  ])('after one that ended in %s, in attempt %s: failed=%s', (conclusion, attempt, failed) => {
    fake('gh', `echo ${conclusion}`);
    expect(run('last-deployment.sh', [], { GITHUB_RUN_ATTEMPT: attempt }).status).toBe(0);
    expect(read('output')).toBe(`failed=${failed}\n`);
    expect(read('calls')).toContain('--workflow deploy.yml --branch main --status completed');
  });

  test('says nothing where GitHub says nothing', () => {
    fake('gh', 'exit 1');
    expect(run('last-deployment.sh', []).status).not.toBe(0);
    expect(read('output')).toBe('');
  });
});

test('deploy.yml deploys after a deployment that failed, whatever the plan says', () => {
  const workflow = readFileSync('.github/workflows/deploy.yml', 'utf8');
  expect(workflow).toContain('needs: [review, last]');
  expect(workflow).toContain("if: needs.review.outputs.status != '0' || needs.last.outputs.failed == 'true'");
});

describe('gate.sh', () => {
  test.each([
    ['0', '3', 0],
    ['3', '3', 0],
    ['4', '3', 1],
    ['4', '4', 0],
    ['3', '2', 1],
    ['', '3', 2], // the plan failed
    ['1', '3', 2],
  ])('severity %p, limit %p: exit status %p', (severity, limit, expected) => {
    expect(run('gate.sh', [severity, limit]).status).toBe(expected);
  });
});

describe('plan.sh', () => {
  test('plans each stack and keeps its JSON for nobody else to read', () => {
    fake('nix', `case $* in *'show -json'*) echo '{"plan":true}' ;; esac`);
    expect(run('plan.sh', [folder], { STACKS: 'live immutable' }).status).toBe(0);
    expect(read('calls').trim().split('\n')).toEqual([
      'nix run .#preview -- live',
      'nix develop --command tofu -chdir=cdktf.out/stacks/live show -json plan',
      'nix run .#preview -- immutable',
      'nix develop --command tofu -chdir=cdktf.out/stacks/immutable show -json plan',
    ]);
    expect(read('stacks/live/plan.json')).toBe('{"plan":true}\n');
    expect(
      spawnSync('stat', ['-c', '%a', join(folder, 'stacks/live/plan.json')], { encoding: 'utf8' }).stdout,
    ).toBe('600\n');
  });

  test('hands no empty variable on', () => {
    fake('nix', `[ -z "\${BOOTSTRAP_AMI+set}" ] || exit 9; [ "$SSH_CIDRS" = 203.0.113.7/32 ] || exit 8`);
    const environment = { BOOTSTRAP_AMI: '', SSH_CIDRS: '203.0.113.7/32' };
    expect(run('plan.sh', [folder], environment).status).toBe(0);
  });

  test('plans without a lock, which a role that may only read could not take', () => {
    fake('nix', '[ "$TF_CLI_ARGS_plan" = -lock=false ]');
    expect(run('plan.sh', [folder]).status).toBe(0);
  });

  test('fails when a plan fails', () => {
    fake('nix', 'exit 1');
    expect(run('plan.sh', [folder]).status).toBe(1);
  });
});

describe('without a bucket for the state', () => {
  // With a state that ends with its runner, each push would make all machines anew.
  test.each([
    ['plan.sh', 'empty', { STATE_BUCKET: '' }],
    ['deploy.sh', 'empty', { STATE_BUCKET: '' }],
    ['plan.sh', 'unset', { STATE_BUCKET: undefined }],
    ['deploy.sh', 'unset', { STATE_BUCKET: undefined }],
  ])('%s does nothing and says what to do (%s)', (script, _, environment) => {
    fake('nix', '');
    const { status, stderr } = run(script, [join(folder, 'argument')], environment);
    expect(read('calls')).toBe('');
    expect(status).toBe(2);
    expect(stderr).toContain(`${script.replace('.sh', '')}: nothing was done`);
    expect(stderr).toMatch(/STATE_BUCKET\n {2}got .*\n {2}expected .*\n {2}set it .*docs\/state\.md/);
  });
});

describe('review.sh', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'stacks/live'), { recursive: true });
    write('stacks/live/plan.json', '{}');
  });

  test.each([0, 2, 3, 4])('keeps the review and its status %p', (verdict) => {
    fake('nix', `echo 'the review' >"${join(folder, 'review.md')}"; exit ${verdict}`);
    expect(run('review.sh', [folder, join(folder, 'review.md')]).status).toBe(0);
    expect(read('output')).toBe(`status=${verdict}\n`);
    expect(read('summary')).toBe('the review\n');
    expect(read('calls')).toContain(`--plan ${join(folder, 'stacks/live/plan.json')}`);
  });

  test('fails without a review, and reports no status', () => {
    write('review.md', 'of an earlier run');
    fake('nix', 'exit 1');
    expect(run('review.sh', [folder, join(folder, 'review.md')]).status).toBe(1);
    expect(read('output')).toBe('');
  });

  test.each([
    ['compares two systems', '/nix/store/old', '/nix/store/new', true],
    ['does without the system that was not built', '', '/nix/store/new', false],
  ])('%s', (_, old, neu, compares) => {
    fake('nix', `touch "${join(folder, 'review.md')}"`);
    run('review.sh', [folder, join(folder, 'review.md'), old, neu]);
    expect(read('calls').includes('--closure /nix/store/old /nix/store/new')).toBe(compares);
  });

  test('takes the review that it lies beside, wherever it is called', () => {
    const base = join(folder, 'base');
    cpSync('scripts/ci', join(base, 'scripts/ci'), { recursive: true });
    fake(
      'nix',
      `printf '%s %s\\n' "$PWD" "$4" >>"${join(folder, 'places')}"; touch "${join(folder, 'review.md')}"`,
    );
    expect(runAt(join(base, 'scripts/ci/review.sh'), ['.', 'review.md']).status).toBe(0);
    expect(read('places')).toBe(`${base} ci\n${base} run\n`);
    expect(read('calls')).toContain(
      `--out ${join(folder, 'review.md')} --plan ${join(folder, 'stacks/live')}`,
    );
  });
});

test('plan.yml judges a pull request by nothing of its own', () => {
  const used = readFileSync('.github/workflows/plan.yml', 'utf8').match(/\S*scripts\/\S+/g);
  expect(used).toEqual([
    'base/scripts/ci/systems.sh',
    'base/scripts/ci/plan.sh',
    'base/scripts/ci/review.sh',
  ]);
});

describe('systems.sh', () => {
  test('builds the systems of both commits', () => {
    fake('nix', `ln -s "/nix/store/\${4##*rev=}" "$3"`);
    expect(run('systems.sh', ['base', 'head']).status).toBe(0);
    expect(read('output')).toBe('new=/nix/store/head#live-config\nold=/nix/store/base#live-config\n');
  });

  test('fails when the head does not build', () => {
    fake('nix', 'exit 1');
    expect(run('systems.sh', ['base', 'head']).status).toBe(1);
  });

  test('goes on without a base that does not build', () => {
    fake('nix', `case $4 in *rev=base*) exit 1 ;; esac; ln -s /nix/store/new "$3"`);
    const { status, stdout } = run('systems.sh', ['base', 'head']);
    expect(status).toBe(0);
    expect(read('output')).toBe('new=/nix/store/new\n');
    expect(stdout).toContain('::warning::');
  });
});

describe('deploy.sh', () => {
  test('deploys the stacks in order and keeps what they print', () => {
    fake('nix', 'echo "ran $2"');
    expect(run('deploy.sh', [join(folder, 'log')], { STACKS: 'immutable live' }).status).toBe(0);
    expect(read('calls')).toBe(
      'nix run .#immutable -- deploy --auto-approve\nnix run .#live -- deploy --auto-approve\n',
    );
    expect(read('log')).toBe('ran .#immutable\nran .#live\n');
  });

  test('stops at the first stack that fails', () => {
    fake('nix', 'exit 1');
    expect(run('deploy.sh', [join(folder, 'log')], { STACKS: 'immutable live' }).status).toBe(1);
    expect(read('calls')).not.toContain('live');
  });

  test('gives the key to the agent alone', () => {
    fake('ssh-agent', 'true');
    fake('ssh-add', `cat >"$(dirname "$CALLS")/key"`);
    fake('nix', '[ -z "${DEPLOY_SSH_KEY+set}" ]');
    expect(
      run('deploy.sh', [join(folder, 'log')], { STACKS: 'live', DEPLOY_SSH_KEY: 'the key' }).status,
    ).toBe(0);
    expect(read('key')).toBe('the key\n');
    expect(read('calls')).not.toContain('the key');
  });

  describe('the key of the secrets', () => {
    const key = 'AGE-SECRET-KEY-1EXAMPLE';
    const see = `
      [ -z "\${DEPLOY_AGE_KEY+set}" ] || exit 9
      stat -c %a "$AGE_IDENTITY_FILE" >"$RUNNER_TEMP/mode"
      cp "$AGE_IDENTITY_FILE" "$RUNNER_TEMP/seen"
      printf '%s\n' "$AGE_IDENTITY_FILE" >"$RUNNER_TEMP/place"`;

    test.each([
      ['succeeds', 0],
      ['fails', 1],
    ])('is in a file of its own while a deployment runs, and gone when it %s', (_, expected) => {
      fake('nix', `${see}\nexit ${expected}`);
      const { status, stdout, stderr } = run('deploy.sh', [join(folder, 'log')], {
        STACKS: 'live',
        DEPLOY_AGE_KEY: key,
      });
      expect(status).toBe(expected);
      expect(read('seen')).toBe(`${key}\n`);
      expect(read('mode')).toBe('600\n');
      expect(read('place')).toMatch(new RegExp(`^${folder}/[^/]+\n$`));
      expect(existsSync(read('place').trim())).toBe(false);
      expect(read('calls') + read('log') + stdout + stderr).not.toContain(key);
    });

    test('is nowhere when there is none', () => {
      fake('nix', '[ -z "${AGE_IDENTITY_FILE+set}" ] && [ -z "${DEPLOY_AGE_KEY+set}" ]');
      expect(run('deploy.sh', [join(folder, 'log')], { STACKS: 'live', DEPLOY_AGE_KEY: '' }).status).toBe(0);
      expect(readdirSync(folder).toSorted()).toEqual(['bin', 'calls', 'log']);
    });
  });

  test('begins with the host keys that are known', () => {
    fake('nix', 'cat known_hosts');
    const line = '203.0.113.7 ssh-ed25519 AAAA instance=i-0123456789abcdef0';
    run('deploy.sh', [join(folder, 'log')], { STACKS: 'live', KNOWN_HOSTS: line });
    expect(read('log')).toBe(`${line}\n`);
  });

  test('leaves the agent of somebody else alone', () => {
    fake('ssh-agent', '');
    fake('nix', '');
    run('deploy.sh', [join(folder, 'log')], { STACKS: 'live', SSH_AGENT_PID: '1' });
    expect(read('calls')).toBe('nix run .#live -- deploy --auto-approve\n');
  });
});

describe('deploy-report.sh', () => {
  const ledger = [
    'live  nixos-deploy: copied 12 kB in 3 of 40 paths',
    'live    switch            1.20 s',
    'live    old system /nix/store/a',
    'live    new system /nix/store/b',
  ];

  test('shows the outcome and the ledger, and nothing else of the log', () => {
    const log = write(
      'log',
      [
        '\u001b[32mlive  plan…\u001b[0m',
        ...ledger.map((line) => `\u001b[1m${line}\u001b[0m`),
        'live  done',
      ].join('\n'),
    );
    expect(run('deploy-report.sh', ['success', log]).status).toBe(0);
    expect(read('summary')).toBe(
      `## Deployment: success\n\n${ledger.map((line) => `    ${line}\n`).join('')}`,
    );
  });

  test('shows the end of the log when nothing was deployed', () => {
    run('deploy-report.sh', ['failure', write('log', 'Error: no\n')]);
    expect(read('summary')).toBe('## Deployment: failure\n\n    Error: no\n');
  });

  test('reports a deployment that never began', () => {
    expect(run('deploy-report.sh', ['skipped', join(folder, 'absent')]).status).toBe(0);
    expect(read('summary')).toContain('skipped');
  });
});

describe('test.sh', () => {
  test('runs npm test as root with the programs that are there, with its exit status', () => {
    // As sudo does: a PATH and a HOME of its own. The machine's git configuration is not touched here.
    fake('sudo', '[ "$1" = git ] || PATH=/usr/bin:/bin HOME=/root exec "$@"');
    fake('npm', `printf '%s\\n' "$HOME $RUSTUP_HOME" >"$(dirname "$CALLS")/homes"; exit 7`);
    expect(run('test.sh', [], { HOME: '/home/runner' }).status).toBe(7);
    const [first, second, third] = read('calls').split('\n');
    expect(first).toBe(`sudo git config --system --add safe.directory ${folder}`);
    expect(second).toMatch(/^sudo env PATH=.* npm test$/);
    expect(third).toBe('npm test');
    expect(read('homes')).toBe('/root /home/runner/.rustup\n');
  });
});
