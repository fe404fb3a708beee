# Everything that reads the sources without running them: scripts/lint.sh, which asks git for
# the files. A flake's source has no history, so its files become a repository of their own.
{ pkgs, project }:
project {
  name = "lint";
  packages = [ pkgs.git ] ++ import ../../../nix/linters.nix { inherit pkgs; };
  script = ''
    git init --quiet
    git add --all
    bash scripts/lint.sh
  '';
}
