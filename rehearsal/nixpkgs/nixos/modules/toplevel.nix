# system.build.toplevel: the folder that is a system, laid out as NixOS lays it out.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;

  failed = builtins.filter (one: !one.assertion) config.assertions;
  checked =
    value:
    if failed == [ ] then
      value
    else
      throw "\nFailed assertions:\n${lib.concatMapStringsSep "\n" (one: "- ${one.message}") failed}";

  hostName = config.networking.hostName;
  name = "nixos-system-${
    if hostName == "" then "unnamed" else hostName
  }-${config.system.nixos.version}";
  toplevel = pkgs.runCommand name { inherit (config.system) checks; } ''
    mkdir -p $out/bin $out/sw/bin
    ln -s ${config.system.build.etc}/etc $out/etc
    for part in kernel initrd kernel-modules; do
      echo "the stub has no $part" > $out/$part
    done
    # $out/systemd/lib/systemd/systemd is the machine's.
    ln -s /usr $out/systemd
    echo systemd 2 > $out/init-interface-version
    echo {} > $out/switch-inhibitors
    printf %s ${lib.escapeShellArg config.system.nixos.version} > $out/nixos-version
    printf %s ${config.nixpkgs.hostPlatform} > $out/system
    printf '%s\n' ${toString config.system.extraDependencies} > $out/extra-dependencies
    for package in ${toString config.environment.systemPackages}; do
      ln -s "$package"/bin/* $out/sw/bin/
    done
    script() {
      substitute=$(<"$1")
      printf '%s\n' "''${substitute//@toplevel@/$out}" > "$2"
    }
    script ${../activate.sh} $out/activate
    script ${../init.sh} $out/init
    script ${../install-boot-loader.py} $out/install-boot-loader
    script ${../switch-to-configuration.py} $out/bin/switch-to-configuration
    chmod 555 $out/{activate,init,install-boot-loader,bin/switch-to-configuration}
    ${config.system.systemBuilderCommands}
  '';
in
{
  options.system = {
    stateVersion = mkOption { type = types.str; };
    nixos.version = mkOption {
      type = types.str;
      default = import ../../version.nix;
    };
    build = mkOption {
      type = types.lazyAttrsOf types.raw;
      default = { };
    };
    systemBuilderCommands = mkOption {
      type = types.lines;
      default = "";
    };
    checks = mkOption {
      type = types.listOf types.package;
      default = [ ];
    };
    extraDependencies = mkOption {
      type = types.listOf types.package;
      default = [ ];
    };
  };
  config.system.build.toplevel = checked toplevel;
  config.environment.etc."os-release".text = ''
    ID=nixos
    PRETTY_NAME="NixOS ${config.system.nixos.version} (simulated)"
    VERSION_ID="${config.system.nixos.version}"
  '';
}
