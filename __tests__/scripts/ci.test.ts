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

import { stateObject } from '../../stacks/state-backend';

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

test('the deployment runs after a deployment that failed, whatever the plan says', () => {
  const workflow = readFileSync('.github/workflows/shared-deploy.yml', 'utf8');
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
    ['', '3', 1], // nothing was planned: a fork, a failure, a cancelled run
    ['1', '3', 2],
    ['0', '', 2],
  ])('severity %p, limit %p: exit status %p', (severity, limit, expected) => {
    expect(run('gate.sh', [severity, limit]).status).toBe(expected);
  });
});

test('the gate is never skipped, which GitHub would take for passed', () => {
  const [, gate = ''] = readFileSync('.github/workflows/shared-diff.yml', 'utf8').split('\n  gate:\n');
  expect(gate).toMatch(/^ {4}if: always\(\)$/m);
});

const PLAN = JSON.stringify({
  timestamp: '2026-11-25T21:00:00Z',
  resource_changes: [
    { address: 'a', change: { actions: ['no-op'], before: { state: 'running' } } },
    { address: 'b', change: { actions: ['update'], before: { x: 1 }, after: { x: 2 } } },
  ],
});

describe('plan-digest.cjs', () => {
  function digest(plan: object): string {
    const { stdout } = spawnSync(
      'node',
      [resolve('scripts/ci/plan-digest.cjs'), write('plan', JSON.stringify(plan))],
      {
        encoding: 'utf8',
      },
    );
    return stdout.trim();
  }
  const plan = JSON.parse(PLAN) as { resource_changes: { change: Record<string, unknown> }[] };

  test('a digest, and the number of changes', () => {
    expect(digest(plan)).toMatch(/^[0-9a-f]{64} 1$/);
  });

  test.each([
    ['another time', { ...plan, timestamp: 'later' }],
    ['another order of names', Object.fromEntries(Object.entries(plan).toReversed())],
    ['what stays as it is', { ...plan, resource_changes: plan.resource_changes.slice(1) }],
    ['the state before', { ...plan, prior_state: { values: {} } }],
  ])('is the same with %s', (_, same) => {
    expect(digest(same)).toBe(digest(plan));
  });

  const [, b] = plan.resource_changes;
  test.each([
    ['another value', { ...plan, resource_changes: [{ ...b, change: { ...b?.change, after: { x: 3 } } }] }],
    ['another change', { ...plan, resource_changes: [...plan.resource_changes, { ...b, address: 'c' }] }],
    ['another output', { ...plan, output_changes: { url: { actions: ['update'] } } }],
    ['what nobody knows yet', { ...plan, actions_of_tomorrow: [{}] }],
  ])('is another with %s', (_, other) => {
    expect(digest(other).slice(0, 64)).not.toBe(digest(plan).slice(0, 64));
  });
});

describe('apply-approved.sh', () => {
  let digest: string;
  beforeEach(() => {
    mkdirSync(join(folder, 'live'));
    fake('tofu', `case $1 in show) echo '${PLAN}' ;; esac`);
    const file = write('plan.json', PLAN);
    digest = spawnSync('node', ['scripts/ci/plan-digest.cjs', file], { encoding: 'utf8' }).stdout.slice(
      0,
      64,
    );
  });

  function apply(plans: string) {
    write('plans', plans);
    const program = `cd live && exec '${resolve('scripts/ci/apply-approved.sh')}' apply -auto-approve -no-color`;
    return runAt('bash', ['--norc', '-c', program], { APPROVED_PLANS: join(folder, 'plans') });
  }

  test.each([
    ['the plan that was approved', () => `live ${digest}\n`],
    ['a plan that follows from an approved one', () => 'deployment x\nlive follows\n'],
  ])('applies %s, and that one', (_, plans) => {
    expect(apply(plans())).toMatchObject({ status: 0 });
    expect(read('calls').trim().split('\n')).toEqual([
      'tofu plan -input=false -out=approved.plan -no-color',
      'tofu show -json approved.plan',
      'tofu apply -input=false -no-color approved.plan',
    ]);
  });

  test.each([
    ['another plan', () => `live ${'0'.repeat(64)}\n`],
    ['a plan of another stack', () => `immutable ${digest}\nimmutable follows\n`],
    ['a plan when none was approved', () => ''],
  ])('refuses %s', (_, plans) => {
    const { status, stderr } = apply(plans());
    expect(status).toBe(3);
    expect(stderr).toContain('apply-approved: live is not deployed');
    expect(read('calls')).not.toContain('tofu apply');
    expect(readdirSync(join(folder, 'live'))).toEqual([]);
  });

  test('is tofu for all else', () => {
    expect(run('apply-approved.sh', ['init', '-input=false']).status).toBe(0);
    expect(read('calls')).toBe('tofu init -input=false\n');
  });
});

describe('STACKS', () => {
  test.each([
    ['line ends', 'live\nimmutable\n'],
    ['many blanks', '  live \t immutable '],
  ])('with %s is read as it stands', (_, stacks) => {
    fake('nix', '');
    expect(run('deploy.sh', [join(folder, 'log')], { STACKS: stacks }).status).toBe(0);
    expect(read('calls')).toBe(
      'nix run .#live -- deploy --auto-approve\nnix run .#immutable -- deploy --auto-approve\n',
    );
  });

  test.each([
    ['blanks alone', ' \n', 'blanks alone'],
    ['a comma', 'immutable,live', 'immutable\\,live'],
    ['a stack that there is not', 'live lvie', 'lvie'],
    ['a pattern', 'live *', '\\*'],
    ['a stack twice', 'live live', 'live\\, twice'],
    ['a stack beside the one that brings it', 'deployment live', 'live beside deployment'],
  ])('with %s is refused before anything is done', (_, stacks, got) => {
    fake('nix', '');
    for (const script of ['plan.sh', 'deploy.sh']) {
      const { status, stderr } = run(script, [join(folder, 'argument')], { STACKS: stacks });
      expect(status).toBe(2);
      expect(stderr).toContain(`STACKS\n  got       ${got}`.replace('\\, twice', ', twice'));
    }
    expect(read('calls')).toBe('');
  });
});

describe('plan.sh', () => {
  test('plans each stack and keeps its JSON for nobody else to read', () => {
    fake('nix', `case $* in *'show -json'*) echo '${PLAN}' ;; esac`);
    expect(run('plan.sh', [folder], { STACKS: 'live immutable' }).status).toBe(0);
    expect(read('calls').trim().split('\n')).toEqual([
      'nix run .#preview -- live',
      'nix develop --command tofu -chdir=cdktf.out/stacks/live show -json plan',
      'nix run .#preview -- immutable',
      'nix develop --command tofu -chdir=cdktf.out/stacks/immutable show -json plan',
    ]);
    expect(read('stacks/live/plan.json')).toBe(`${PLAN}\n`);
    expect(read('plans')).toMatch(/^live [0-9a-f]{64}\ndeployment follows\nimmutable [0-9a-f]{64}\n$/);
    expect(
      spawnSync('stat', ['-c', '%a', join(folder, 'stacks/live/plan.json')], { encoding: 'utf8' }).stdout,
    ).toBe('600\n');
  });

  test('plans the deployment alone where nothing else is asked for', () => {
    fake('nix', `case $* in *'show -json'*) echo '${PLAN}' ;; esac`);
    expect(run('plan.sh', [folder], { STACKS: 'deployment' }).status).toBe(0);
    expect(read('calls').trim().split('\n')).toEqual([
      'nix run .#preview -- deployment',
      'nix develop --command tofu -chdir=cdktf.out/stacks/deployment show -json plan',
    ]);
    expect(read('plans')).toMatch(/^deployment [0-9a-f]{64}\n$/);
  });

  test.each([
    [
      'of its own where live has no changes',
      '{"resource_changes":[]}',
      /^live .*\ndeployment [0-9a-f]{64}\n$/,
    ],
    ['that follows where live has changes', PLAN, /^live .*\ndeployment follows\n$/],
  ])('the deployment has a plan %s', (_, live, plans) => {
    fake(
      'nix',
      `case $* in
        'run '*) mkdir -p cdktf.out/stacks/deployment; touch cdktf.out/stacks/deployment/plan ;;
        *live*) echo '${live}' ;;
        *) echo '${PLAN}' ;;
      esac`,
    );
    expect(run('plan.sh', [folder], { STACKS: 'live' }).status).toBe(0);
    expect(read('plans')).toMatch(plans);
    expect(read('stacks/deployment/plan.json')).toBe(`${PLAN}\n`);
  });

  const empty = `case $* in *'show -json'*) echo '{}' ;; esac`;

  test('hands no empty variable on', () => {
    fake(
      'nix',
      `[ -z "\${BOOTSTRAP_AMI+set}" ] || exit 9; [ "$SSH_CIDRS" = 203.0.113.7/32 ] || exit 8\n${empty}`,
    );
    const environment = { BOOTSTRAP_AMI: '', SSH_CIDRS: '203.0.113.7/32' };
    expect(run('plan.sh', [folder], environment).status).toBe(0);
  });

  test('plans without a lock, which a role that may only read could not take', () => {
    fake('nix', `[ "$TF_CLI_ARGS_plan" = -lock=false ] || exit 9\n${empty}`);
    expect(run('plan.sh', [folder]).status).toBe(0);
  });

  test('fails when a plan fails', () => {
    fake('nix', 'exit 1');
    expect(run('plan.sh', [folder]).status).toBe(1);
  });
});

describe('without a bucket for the state', () => {
  // With a state that ends with its runner, each push would make all instances again.
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
  ])('%s', (_, old, next, compares) => {
    fake('nix', `touch "${join(folder, 'review.md')}"`);
    run('review.sh', [folder, join(folder, 'review.md'), old, next]);
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

describe('workflows', () => {
  const FOLDER = '.github/workflows';
  const workflows = readdirSync(FOLDER).filter((file) => file.endsWith('.yml'));
  const shared = workflows.filter((file) => file.startsWith('shared-'));
  const text = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

  test.each(shared)(
    '%s runs this project’s scripts, wherever it is called, and none of what it judges',
    (file) => {
      const used = text(file).match(/\S*scripts\/\S+/g) ?? [];
      expect(used.filter((script) => !script.startsWith('tools/scripts/ci/'))).toEqual([]);
      for (const script of used) expect(existsSync(script.replace(/^tools\//, ''))).toBe(true);
    },
  );

  test.each(shared)('%s documents and types each input', (file) => {
    const [, inputs = ''] = /\n {4}inputs:\n((?: {6}.*\n)*)/.exec(text(file)) ?? [];
    const declared = inputs.match(/^ {6}\S/gm) ?? [];
    expect(inputs.match(/^ {8}(description|type|default): \S/gm) ?? []).toHaveLength(3 * declared.length);
  });

  test('a pull request of this project is judged by the base, whose scripts it cannot change', () => {
    expect(text('diff.yml')).toContain('tools: ${{ github.event.pull_request.base.sha }}');
  });

  test('README.md: the role that reads the state alone may read what the deployment reads, and nothing else', () => {
    const [, policy = ''] =
      /## The role that reads the state alone\n[^]*?```json\n([^]*?)```/.exec(text('README.md')) ?? [];
    const { Statement } = JSON.parse(policy) as {
      Statement: { Action: string; Resource: string | string[] }[];
    };
    const objects = ['live', 'deployment'].map((stack) => {
      const { bucket, key } = stateObject(stack, 'iplz', 'STATE_BUCKET');
      return `arn:aws:s3:::${bucket}/${key}`;
    });
    expect(Statement.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ['s3:ListBucket', 'arn:aws:s3:::STATE_BUCKET'],
      ['s3:GetObject', objects],
    ]);
  });

  test('README.md names each input, with the variable that is its default', () => {
    const readme = text('README.md');
    for (const file of shared) {
      for (const [, input, variable] of text(file).matchAll(
        /^ {6}(\S+):\n.*\n.*\n {8}default: \$\{\{ vars\.(\w+)/gm,
      )) {
        expect(readme).toContain(`\`${input}\``);
        expect(readme).toContain(`\`${variable}\``);
      }
    }
  });
});

test('the plan of docs/gitlab.md runs: its scripts are those of the workflows', () => {
  const [, pipeline = ''] = /```yaml\n([^]*?)```/.exec(readFileSync('docs/gitlab.md', 'utf8')) ?? [];
  const [, lines = ''] = /\nplan:\n[^]*? {2}script:\n((?: {4}- .*\n)+)/.exec(pipeline) ?? [];
  const script = lines.replace(/^ {4}- /gm, '');
  mkdirSync(join(folder, 'tools'));
  cpSync('scripts', join(folder, 'tools/scripts'), { recursive: true });
  fake(
    'nix',
    `case $* in *'show -json'*) echo '${PLAN}' ;; *'silent review'*) echo 'the review' >"$RUNNER_TEMP/review.md"; exit 2 ;; esac`,
  );
  const environment = {
    STACKS: 'live',
    GITHUB_OUTPUT: join(folder, 'output.env'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  };
  expect(runAt('bash', ['--norc', '-euo', 'pipefail', '-c', script], environment)).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(read('output.env')).toBe('stacks=live\nstatus=2\n');
  expect(read('plans/plans')).toMatch(/^live [0-9a-f]{64}\n/);
  expect(pipeline).toContain('- exec tools/scripts/ci/deploy.sh deploy.log plans/plans\n');
});

describe('reached-stacks.sh', () => {
  /** Two commits of a project whose `live` is configured by one file; returns the first. */
  function commits(before: string, after: string): string {
    const git = (...args: readonly string[]) =>
      spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
        cwd: folder,
        encoding: 'utf8',
      }).stdout.trim();
    git('init', '--quiet');
    const commit = (content: string) => {
      write('configuration', content);
      git('add', 'configuration');
      git('commit', '--quiet', '--allow-empty', '--message', 'x');
      return git('rev-parse', 'HEAD');
    };
    const base = commit(before);
    commit(after);
    return base;
  }
  const synth = `mkdir -p cdktf.out/stacks/live; cp configuration cdktf.out/stacks/live/cdk.tf.json`;

  test.each([
    ['the application alone', 'a', 'a', 'immutable live', 'immutable deployment'],
    ['the application alone', 'a', 'a', 'live', 'deployment'],
    ['the hardware', 'a', 'b', 'live', 'live'],
    ['what has no live', 'a', 'a', 'immutable', 'immutable'],
  ])('a change of %s (%s → %s) of %s reaches %s', (_, before, after, stacks, reached) => {
    fake('nix', synth);
    expect(run('reached-stacks.sh', [commits(before, after)], { STACKS: stacks })).toMatchObject({
      status: 0,
    });
    expect(read('output')).toBe(`stacks=${reached}\n`);
    expect(
      spawnSync('git', ['worktree', 'list'], { cwd: folder, encoding: 'utf8' }).stdout.split('\n'),
    ).toHaveLength(2);
  });

  test('what cannot be synthesized reaches everything', () => {
    fake('nix', 'exit 1');
    expect(run('reached-stacks.sh', [commits('a', 'a')], { STACKS: 'live' }).status).toBe(0);
    expect(read('output')).toBe('stacks=live\n');
  });

  test('without a base everything is reached, and nothing is synthesized', () => {
    fake('nix', synth);
    expect(run('reached-stacks.sh', [''], { STACKS: 'live immutable' }).status).toBe(0);
    expect(read('output')).toBe('stacks=live immutable\n');
    expect(read('calls')).toBe('');
  });
});

describe('systems.sh', () => {
  test('builds the systems of both commits', () => {
    fake('nix', `ln -s "/nix/store/\${4##*rev=}" "$3"`);
    expect(run('systems.sh', ['base', 'head']).status).toBe(0);
    expect(read('output')).toBe('new=/nix/store/head#live-systems\nold=/nix/store/base#live-systems\n');
  });

  test('builds nothing where no stack has a live system', () => {
    fake('nix', 'exit 1');
    expect(run('systems.sh', ['base', 'head'], { STACKS: 'immutable' }).status).toBe(0);
    expect(read('calls')).toBe('');
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

  test('applies what was approved, by a program in the place of tofu', () => {
    fake('nix', 'echo "$TERRAFORM_PROGRAM $APPROVED_PLANS"');
    run('deploy.sh', [join(folder, 'log'), write('plans', '')], { STACKS: 'live' });
    expect(read('log')).toBe(`${resolve('scripts/ci/apply-approved.sh')} ${join(folder, 'plans')}\n`);
  });

  test('deploys nothing when what was approved is not there', () => {
    fake('nix', '');
    expect(
      run('deploy.sh', [join(folder, 'log'), join(folder, 'absent')], { STACKS: 'live' }).status,
    ).not.toBe(0);
    expect(read('calls')).toBe('');
  });

  test('no key is in the environment of a process, its own included, while a deployment runs', () => {
    const [ssh, age] = [`the ssh key of ${process.pid}`, `AGE-SECRET-KEY-${process.pid}`];
    fake('ssh-agent', 'true');
    fake('ssh-add', `cat >"$(dirname "$CALLS")/key"`);
    fake(
      'nix',
      `grep -laF -e '${ssh}' -e '${age}' /proc/[0-9]*/environ 2>/dev/null >"$RUNNER_TEMP/seen" || :`,
    );
    const keys = { DEPLOY_SSH_KEY: ssh, DEPLOY_AGE_KEY: age };
    // As the step of the workflow: the shell that was started with the keys is replaced.
    const program = `exec '${resolve('scripts/ci/deploy.sh')}' log`;
    expect(runAt('bash', ['--norc', '-c', program], { STACKS: 'live', ...keys }).status).toBe(0);
    expect(read('calls')).toContain('nix run');
    expect(read('seen')).toBe('');
  });

  test('gives the key to the agent alone', () => {
    fake('ssh-agent', 'true');
    fake('ssh-add', `cat >"$(dirname "$CALLS")/key"`);
    fake('nix', '[ -z "${DEPLOY_SSH_KEY+set}" ] && [ -z "${DEPLOY_SSH_KEY_FILE+set}" ]');
    expect(
      run('deploy.sh', [join(folder, 'log')], { STACKS: 'live', DEPLOY_SSH_KEY: 'the key' }).status,
    ).toBe(0);
    expect(read('key')).toBe('the key\n');
    expect(read('calls')).not.toContain('the key');
  });

  describe('the key of the secrets', () => {
    const key = 'AGE-SECRET-KEY-1EXAMPLE';
    const keysInMemory = () => readdirSync('/dev/shm').filter((name) => name.startsWith('key.'));
    const see = `
      [ -z "\${DEPLOY_AGE_KEY+set}" ] || exit 9
      for time in first second; do cat "$AGE_IDENTITY_FILE" >"$RUNNER_TEMP/$time"; done
      stat -L -c %a:%h "$AGE_IDENTITY_FILE" >"$RUNNER_TEMP/mode"
      printf '%s\n' "$AGE_IDENTITY_FILE" >"$RUNNER_TEMP/place"`;

    test.each([
      ['succeeds', 'exit 0', 0],
      ['fails', 'exit 1', 1],
      ['is killed with all that it started', 'kill -KILL 0', null],
    ])('is in a file without a name while a deployment runs, and gone when it %s', (_, end, expected) => {
      fake('nix', `${see}\n${end}`);
      const before = keysInMemory();
      const { status, stdout, stderr } = runAt(
        'setsid',
        ['--wait', resolve('scripts/ci/deploy.sh'), join(folder, 'log')],
        {
          STACKS: 'live',
          DEPLOY_AGE_KEY: key,
        },
      );
      expect(status).toBe(expected);
      for (const time of ['first', 'second']) expect(read(time)).toBe(`${key}\n`);
      expect(read('mode')).toBe('600:0\n');
      expect(existsSync(read('place').trim())).toBe(false);
      expect(keysInMemory()).toEqual(before);
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
  const summary = [
    'live  nixos-deploy: copied 12 kB in 3 of 40 paths',
    'live    switch            1.20 s',
    'live    old system /nix/store/a',
    'live    new system /nix/store/b',
  ];

  test('shows the outcome and the summary, and nothing else of the log', () => {
    const log = write(
      'log',
      [
        '\u001b[32mlive  plan…\u001b[0m',
        ...summary.map((line) => `\u001b[1m${line}\u001b[0m`),
        'live  done',
      ].join('\n'),
    );
    expect(run('deploy-report.sh', ['success', log]).status).toBe(0);
    expect(read('summary')).toBe(
      `## Deployment: success\n\n${summary.map((line) => `    ${line}\n`).join('')}`,
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
