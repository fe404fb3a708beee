// The order of the tests: those that need root take minutes, mostly waiting, and start first, the longest of
// them before the others.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = ['own-cloud', 'scenarios', 'shared-cloud', 'project'];

const rank = ({ path }) => {
  const name = /([^/]*)\.root\.test\.ts$/.exec(path)?.[1];
  if (name === undefined) return LONGEST.length + 1;
  return LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
