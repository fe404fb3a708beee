import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Report, Step } from '../../rehearsal/report';

const PROJECT = resolve(__dirname, '../..');
const EMPTY = { add: 0, change: 0, destroy: 0 };

// Both stack scenarios run once, with all that is real in them; the tests look at what came of it.
let report: Report;
let output: string;
let status: number | null;
beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'iplz-e2e-'));
  try {
    const file = join(directory, 'report.json');
    const run = spawnSync('node', ['run.cjs', 'rehearsal/rehearse.ts', '--report', file], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    output = run.stdout + run.stderr;
    status = run.status;
    report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  } finally {
    rmSync(directory, { recursive: true });
  }
});

function step(stack: string, name: string): Step {
  const found = report.steps.find((one) => one.stack === stack && one.name === name);
  if (!found) throw new Error(`no step ${stack}: ${name} in:\n${output}`);
  return found;
}

test('ends as promised', () => {
  expect({ status, end: output.split('\n').slice(-30).join('\n') }).toMatchObject({ status: 0 });
});

describe.each([
  ['immutable', 14, { add: 3, change: 1, destroy: 3 }],
  ['live', 14, EMPTY],
])('%s', (stack, resources, changed) => {
  test('the first plan creates all, and nothing else', () => {
    expect(step(stack, 'plan of the first deployment').plan).toEqual({
      add: resources,
      change: 0,
      destroy: 0,
    });
  });

  test('iplz itself answers with the address of its client', () => {
    expect(step(stack, 'deploy').answer).toMatch(/^127\.\d+\.\d+\.\d+$/);
  });

  test('the plan after a deployment is empty', () => {
    expect(step(stack, 'plan with nothing changed').plan).toEqual(EMPTY);
  });

  test('a changed line of the application touches what it must', () => {
    expect(step(stack, 'plan of the changed line').plan).toEqual(changed);
  });
});

test.each(['immutable', 'deployment'])('deploying the changed line changes the answer: %s', (stack) => {
  expect(step(stack, 'deploy the changed line').answer).toMatch(/^Your address is 127\.\d+\.\d+\.\d+$/);
});

describe('live', () => {
  test('a changed line is a deployment, and nothing else', () => {
    expect(step('deployment', 'plan of the changed line').plan).toEqual({ add: 1, change: 0, destroy: 1 });
  });

  test('the deployment leaves nothing to do', () => {
    expect(step('deployment', 'plan with nothing changed').plan).toEqual(EMPTY);
    expect(step('deployment', 'plan after the deployment').plan).toEqual(EMPTY);
  });

  test('a reboot comes up with the deployed system', () => {
    expect(step('live', 'reboot the machine').answer).toMatch(/^Your address is /);
  });

  test('another bootstrap image is for new instances: snapshot, AMI and the object alone', () => {
    expect(step('live', 'plan of another bootstrap image').plan).toEqual({ add: 2, change: 1, destroy: 2 });
  });
});

test('destroy leaves nothing in the cloud, and the rehearsal nothing on the machine', () => {
  expect(step('immutable', 'destroy').seconds).toBeGreaterThan(0);
  expect(step('live', 'destroy').seconds).toBeGreaterThan(0);
  expect(report.leaks).toEqual([]);
});
