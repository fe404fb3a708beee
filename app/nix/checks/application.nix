# The application's own tests.
{ pkgs }:
let
  python = pkgs.python3.withPackages (packages: [
    packages.pytest
    (packages.callPackage ../package.nix { })
  ]);
in
pkgs.runCommand "application-tests" { nativeBuildInputs = [ python ]; } ''
  pytest -p no:cacheprovider ${../../../__tests__/app}
  touch "$out"
''
