# Programs of the machine under their packages' names.
pkgs:
let
  inherit (pkgs) lib;
  # Name of the package → programs in it that the project calls.
  tools = {
    bash = [ "bash" ];
    coreutils = [
      "cat"
      "date"
      "mkdir"
      "rm"
      "stat"
    ];
    gawk = [ "awk" ];
    git = [ "git" ];
    gnugrep = [ "grep" ];
    gnused = [ "sed" ];
    nix = [
      "nix"
      "nix-env"
      "nix-store"
    ];
    openssh = [
      "ssh"
      "ssh-keygen"
      "ssh-keyscan"
    ];
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
