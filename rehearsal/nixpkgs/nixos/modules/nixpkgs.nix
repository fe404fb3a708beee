# Which platform the system is for, and so which packages its modules get.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  options.nixpkgs = {
    hostPlatform = mkOption { type = types.str; };
    pkgs = mkOption {
      type = types.raw;
      default = import ../.. { system = config.nixpkgs.hostPlatform; };
    };
    flake = {
      setNixPath = mkOption {
        type = types.bool;
        default = true;
      };
      setFlakeRegistry = mkOption {
        type = types.bool;
        default = true;
      };
    };
  };
  config._module.args.pkgs = config.nixpkgs.pkgs;
}
