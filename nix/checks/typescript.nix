# The TypeScript tests that need neither root nor a namespace of their own. What the validate
# test does with a mirror of providers, the check named synth does with those of nixpkgs.
{ project }:
project {
  name = "typescript-tests";
  script = ''
    node node_modules/jest/bin/jest.js --ci \
      --testPathIgnorePatterns '\.island\.test\.ts$' '/validate\.test\.ts$'
  '';
}
