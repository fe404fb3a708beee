// The order of the tests: those that need root take minutes, mostly waiting, and start first.
const { default: Sequencer } = require('@jest/test-sequencer');

const isLong = ({ path }) => path.endsWith('.root.test.ts');

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const ordered = super.sort(tests);
    return [...ordered.filter(isLong), ...ordered.filter((test) => !isLong(test))];
  }
};
