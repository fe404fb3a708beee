# Programs of the machine under their packages' names.
pkgs:
let
  inherit (pkgs) lib machine;
  # Name of the package → its programs. Those that the machine lacks are dangling links.
  tools = {
    actionlint = [ "actionlint" ];
    age = [
      "age"
      "age-keygen"
    ];
    bash = [ "bash" ];
    bashInteractive = [ "bash" ];
    cacert = [ "true" ];
    coreutils = [
      "cat"
      "date"
      "mkdir"
      "readlink"
      "rm"
      "stat"
      "touch"
    ];
    curl = [ "curl" ];
    deadnix = [ "deadnix" ];
    findutils = [ "find" ];
    gawk = [ "awk" ];
    git = [ "git" ];
    gnugrep = [ "grep" ];
    gnused = [ "sed" ];
    nix = [
      "nix"
      "nix-env"
      "nix-store"
    ];
    nixfmt = [ "nixfmt" ];
    nixfmt-tree = [ "treefmt" ];
    openssh = [
      "ssh"
      "ssh-add"
      "ssh-agent"
      "ssh-keygen"
      "ssh-keyscan"
    ];
    perl = [ "perl" ];
    ruff = [ "ruff" ];
    shellcheck = [ "shellcheck" ];
    util-linux = [ "flock" ];
    zizmor = [ "zizmor" ];
  };
in
builtins.mapAttrs (
  name: programs:
  pkgs.machinePrograms {
    name = "${name}-machine";
    programs = lib.genAttrs programs (program: "/usr/bin/${program}");
    meta.mainProgram = lib.head programs;
  }
) tools
// {
  # The project's own.
  esbuild = pkgs.machinePrograms {
    name = "esbuild-machine";
    programs.esbuild = "${machine.nodeModules}/.bin/esbuild";
    meta.mainProgram = "esbuild";
  };
  awscli2 = pkgs.machinePrograms {
    name = "awscli2-machine";
    programs.aws = if machine.aws != null then machine.aws else "/usr/bin/aws";
    meta.mainProgram = "aws";
  };
}
