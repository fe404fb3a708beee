# What scripts/lint.sh calls beside node.
{ pkgs }:
[
  pkgs.actionlint
  pkgs.deadnix
  pkgs.nixfmt
  pkgs.ruff
  pkgs.shellcheck
  pkgs.zizmor
]
