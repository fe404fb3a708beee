// Prints how many tests passed, failed and were skipped by a runner's report: jest's JSON, or
// pytest's JUnit XML. Exit status 1, and nothing printed, when there is no report.
const { readFileSync } = require('node:fs');

const [file] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');

function ofJest() {
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests } = JSON.parse(text);
  return [numPassedTests, numFailedTests + numRuntimeErrorTestSuites, numPendingTests];
}

function ofPytest() {
  const [suite] = /<testsuite [^>]*>/.exec(text);
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)[1]);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return [count('tests') - skipped - failed, failed, skipped];
}

console.log(...(file.endsWith('.json') ? ofJest() : ofPytest()));
