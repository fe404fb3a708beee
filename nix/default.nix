# Everything the flake has for one system.
{ inputs, system }:
let
  inherit (inputs.nixpkgs) lib;
  pkgs = inputs.nixpkgs.legacyPackages.${system};

  # Machines are Linux. A Mac plans and deploys for the Linux of its own processor.
  target = lib.replaceStrings [ "-darwin" ] [ "-linux" ] system;
  hosts = import ./hosts.nix {
    inherit (inputs) nixpkgs nixpkgs-bootstrap;
    system = target;
  };
  images = import ./images.nix { inherit hosts; };
  variables = import ./variables.nix { inherit hosts images target; };

  iplz-lib = pkgs.python3.pkgs.callPackage ./iplz-lib.nix { };
  iplz-server = pkgs.callPackage ./iplz-server.nix { };
  nixos-deploy = pkgs.callPackage ./nixos-deploy.nix { };

  tools = import ./tools.nix { inherit pkgs; };
  wrapper = pkgs.callPackage ./wrapper.nix { };
in
{
  packages = {
    inherit iplz-lib iplz-server nixos-deploy;

    immutable = wrapper {
      name = "immutable";
      variables = variables.immutable;
      inherit tools;
    };
    live = wrapper {
      name = "live";
      variables = variables.live;
      tools = tools ++ [ nixos-deploy ];
    };

    iplz-image = images.iplz;
    bootstrap-image = images.bootstrap;
    live-config = hosts.live.config.system.build.toplevel;
  };

  nixosConfigurations = {
    "iplz-${system}" = hosts.iplz;
    "bootstrap-${system}" = hosts.bootstrap;
    "live-${system}" = hosts.live;
  };
}
