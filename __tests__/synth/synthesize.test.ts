import { synthesize } from '../../synth/synthesize';

// Buckets, roles and key pairs start with it, and AWS completes and limits their names.
test.each(['', 'Web', '1web', 'web-', 'web_1', 'a'.repeat(21), 'web\n', '${web}'])(
  'a project is not called %j: nothing is read or written',
  (name) => {
    const addStacks = jest.fn();
    expect(() => {
      synthesize(name, addStacks);
    }).toThrow(`inner hyphens, at most 20, got: ${JSON.stringify(name)}`);
    expect(addStacks).not.toHaveBeenCalled();
  },
);
