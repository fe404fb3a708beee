# shellcheck shell=bash
# Refuse to run elsewhere than in the project's folder, and outside a git repository. There Nix takes
# the whole folder into its store, which everybody on the machine can read: state, plans and
# keys would be in it at the next command. In a repository it takes what git tracks.
refuse() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 2
}
[ -e cdktf.json ] || refuse "no cdktf.json in $(printf %q "$PWD"); run it from the folder of the project"
folder=$PWD
while [ ! -e "$folder/.git" ]; do
  [ -n "$folder" ] || refuse "$(printf %q "$PWD") is in no git repository, so that state, plans and keys in it would get into the Nix store, for everybody to read; make it one: git init && git add --all"
  folder=${folder%/*}
done

# What a deployment writes, and what a build links, is never git's: `git add --all` takes no state, which has what is
# secret in clear. Where the project has no say in it, this repository on this computer does.
if [ ! -e .gitignore ]; then
  # Of a worktree, and of a submodule, it is elsewhere than in .git.
  exclude=$(git rev-parse --git-path info/exclude) || refuse "git, which is needed, cannot read the repository of $(printf %q "$PWD")"
  mkdir -p "$(dirname "$exclude")"
  for pattern in cdktf.out/ '*.tfstate' '*.tfstate.*' known_hosts 'known_hosts.*' result 'result-*' node_modules/ .iplz-deploy; do
    grep -qsxF "$pattern" "$exclude" || printf '%s\n' "$pattern" >>"$exclude"
  done
fi
