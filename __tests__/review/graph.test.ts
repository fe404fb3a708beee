import { spawnSync } from 'node:child_process';

import { toDot } from '../../review/graph/dot';
import { readSynthesized } from '../../review/graph/synthesized';

const INPUTS = new Map([['IMAGE_PATH', '/nix/store/x/iplz.vhd']]);
const stack = (resource: object, output: object = {}) => JSON.stringify({ resource, output });

test('the drawings in docs/ are those of the stacks', () => {
  const { status, stderr } = spawnSync('node', ['run.cjs', 'review/graph/main.ts', '--check'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('finds references, bare addresses, inputs and outputs', () => {
  const json = stack(
    {
      aws_ami: { image: { snapshot_id: '${aws_ebs_snapshot.disk.id}' } },
      aws_ebs_snapshot: { disk: { depends_on: ['aws_s3_object.file'] } },
      aws_s3_object: { file: { source: '/nix/store/x/iplz.vhd', note: 'like aws_ami.image, but not it' } },
    },
    { id: { value: 'ami ${aws_ami.image.id}' } },
  );
  expect(readSynthesized(json, INPUTS).edges).toEqual([
    ['aws_ami.image', 'aws_ebs_snapshot.disk'],
    ['aws_ebs_snapshot.disk', 'aws_s3_object.file'],
    ['aws_s3_object.file', 'IMAGE_PATH'],
    ['output.id', 'aws_ami.image'],
  ]);
});

test('draws from what is used to what uses it, no edge that a longer way makes superfluous, the same text each time', () => {
  const graph = readSynthesized(
    stack({ t: { a: { x: ['${t.b.id}', '${t.c.id}'] }, b: { x: '${t.c.id}' }, c: {} } }),
    INPUTS,
  );
  const edges = toDot('s', graph)
    .split('\n')
    .filter((line) => line.includes('->'));
  expect(edges).toEqual(['  "t.b" -> "t.a";', '  "t.c" -> "t.b";']);
});

test('a stack without resources is refused', () => {
  expect(() => readSynthesized('{}', INPUTS)).toThrow('no resource');
});
