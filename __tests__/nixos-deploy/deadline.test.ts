import { Deadline } from '../../nixos-deploy/deadline';

test('a pause that reaches a deadline ends after it, whatever its fraction of a millisecond', async () => {
  const ends = Array.from({ length: 100 }, async (_, index) => {
    const deadline = Deadline.in(0.05 + index / 100_000);
    await deadline.pause(1000);
    return deadline.passed;
  });
  expect((await Promise.all(ends)).filter((passed) => !passed)).toEqual([]);
});
