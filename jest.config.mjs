export default {
  testMatch: ['<rootDir>/{__tests__,rehearsal}/**/*.test.ts'],
  globalSetup: '<rootDir>/__tests__/temporary-folder.ts',
  testSequencer: '<rootDir>/__tests__/longest-first.cjs',
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  // The slow tests wait for machines more than they compute.
  maxWorkers: 4,
  maxConcurrency: 3,
  // Milliseconds that only what hangs reaches: no test judges how long something takes.
  testTimeout: 1_800_000,
  modulePathIgnorePatterns: ['<rootDir>/cdktf.out', '<rootDir>/.venv'],
};
