# Everything that reads the sources without running them.
{ pkgs, project }:
project {
  name = "lint";
  packages = [
    pkgs.deadnix
    pkgs.nixfmt
    pkgs.ruff
    pkgs.shellcheck
  ];
  script = ''
    find . -name '*.nix' -not -path './node_modules/*' -print0 | xargs -0 nixfmt --check
    deadnix --fail --no-lambda-pattern-names .
    find . -name '*.sh' -not -path './node_modules/*' -print0 | xargs -0 shellcheck --external-sources
    ruff check .
    ruff format --check .
    node node_modules/typescript/bin/tsc --noEmit
    node node_modules/eslint/bin/eslint.js .
    node node_modules/prettier/bin/prettier.cjs --check .
  '';
}
