export default {
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  globalSetup: '<rootDir>/__tests__/temporary-folder.ts',
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  // The slow tests wait for machines more than they compute.
  maxWorkers: 2,
  modulePathIgnorePatterns: ['<rootDir>/cdktf.out', '<rootDir>/.venv'],
};
