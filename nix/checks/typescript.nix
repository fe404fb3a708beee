# The TypeScript tests that need neither root nor a namespace of their own.
{ project }:
project {
  name = "typescript-tests";
  script = ''
    node node_modules/jest/bin/jest.js --testPathIgnorePatterns '\.island\.test\.ts$' --ci
  '';
}
