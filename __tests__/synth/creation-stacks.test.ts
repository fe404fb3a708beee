import { Lazy } from 'cdktf';

import { withoutCreationStacks } from '../../synth/creation-stacks';

const makeToken = () => Lazy.anyValue({ produce: () => 1 });

test('tokens do not record where they were made, and errors do', () => {
  expect(makeToken().creationStack).not.toEqual([]);
  const [token, error] = withoutCreationStacks(() => [makeToken(), new Error('of the synth')] as const);
  expect(token.creationStack).toEqual([]);
  expect(error.stack).toContain('creation-stacks.test.ts');
});

test('an error that ends it is thrown on, and what comes after is as before', () => {
  expect(() =>
    withoutCreationStacks(() => {
      throw new Error('of the synth');
    }),
  ).toThrow('of the synth');
  expect(makeToken().creationStack).not.toEqual([]);
});
