# The TypeScript tests that need neither root nor a namespace of their own. What the validate
# test does with a mirror of providers, the check named synth does with those of nixpkgs.
{ pkgs, project }:
project {
  name = "typescript-tests";
  packages = [
    pkgs.age
    pkgs.git
    pkgs.openssh
  ];
  # A builder has no repository of the project, and no /usr/bin/env: neither for its scripts nor
  # for the programs that the tests write themselves.
  script = ''
    git init --quiet
    patchShebangs .
    grep --recursive --files-with-matches --null '#!/usr/bin/env bash' __tests__ |
      xargs --null sed --in-place "s|#!/usr/bin/env bash|#!$(type -P bash)|"
    node node_modules/jest/bin/jest.js --ci \
      --testPathIgnorePatterns '\.root\.test\.ts$' '/validate\.test\.ts$'
  '';
}
