# Everything that the flake has for one system.
{ inputs, system }:
let
  inherit (inputs.nixpkgs) lib;
  pkgs = inputs.nixpkgs.legacyPackages.${system};

  # Machines are Linux. A Mac plans and deploys for the Linux of its own processor, and
  # needs a Linux builder for that.
  target = lib.replaceStrings [ "-darwin" ] [ "-linux" ] system;
  systems = import ./systems.nix {
    inherit (inputs) nixpkgs nixpkgs-bootstrap;
    system = target;
  };
  images = import ./images.nix { inherit lib systems; };
  hosts-files = import ./hosts-files.nix {
    inherit lib systems images;
    system = target;
  };

  iplz-lib = pkgs.python3.pkgs.callPackage ./iplz-lib.nix { };
  iplz-server = pkgs.callPackage ./iplz-server.nix { };
  nixos-deploy = pkgs.callPackage ./nixos-deploy.nix { };
  leaked-imports = pkgs.callPackage ./leaked-imports.nix { };
  node-modules = pkgs.callPackage ./node-modules.nix { };

  terraform = import ./terraform.nix {
    inherit (inputs) nixpkgs;
    inherit pkgs system;
  };
  cdktf = pkgs.callPackage ./cdktf.nix { inherit node-modules terraform; };
  tools = import ./tools.nix { inherit pkgs cdktf terraform; };
  wrapper = pkgs.callPackage ./wrapper.nix { inherit cdktf; };

  onEverySystem = {
    inherit
      iplz-lib
      iplz-server
      nixos-deploy
      leaked-imports
      ;
    immutable = wrapper {
      name = "immutable";
      tools = tools ++ [
        nixos-deploy
        leaked-imports
      ];
      hostsFile = hosts-files.immutable;
      run = builtins.readFile ./immutable.sh;
    };
    live = wrapper {
      name = "live";
      tools = tools ++ [
        nixos-deploy
        leaked-imports
      ];
      hostsFile = hosts-files.live;
      run = builtins.readFile ./live.sh;
    };
    # What a changed line touches: the systems of the hosts that live has made.
    deployment = wrapper {
      name = "deployment";
      tools = tools ++ [ nixos-deploy ];
      hostsFile = hosts-files.deployment;
    };
    # The bucket of the other stacks' state, named by STATE_BUCKET.
    state = wrapper {
      name = "state";
      inherit tools;
    };
    preview = pkgs.callPackage ./preview.nix {
      inherit (onEverySystem) immutable live deployment;
    };
  };
  onLinux = {
    iplz-vm = systems.vm.config.system.build.vm;
    bootstrap-image = images.bootstrap;
    # All that is deployed, to compare one commit's with another's.
    live-systems = pkgs.runCommand "live-systems" { } (
      "mkdir $out\n"
      + lib.concatStrings (lib.mapAttrsToList (host: system: "ln -s ${system} $out/${host}\n") toplevels)
    );
  }
  // named "image" images.immutable
  // named "system" toplevels;
  toplevels = lib.mapAttrs (_: host: host.config.system.build.toplevel) systems.live;
  # By the names of their hosts.
  named = what: lib.mapAttrs' (host: lib.nameValuePair "${host}-${what}");
in
{
  packages = onEverySystem // lib.optionalAttrs (system == target) onLinux;

  # Beside these, `nix run` takes each package whose main program has the package's name.
  apps.iplz-vm = {
    type = "app";
    program = "${systems.vm.config.system.build.vm}/bin/run-iplz-vm";
    meta.description = "The application in a virtual machine; the console is this terminal";
  };

  devShells = import ./shells.nix {
    inherit
      pkgs
      tools
      nixos-deploy
      hosts-files
      ;
  };

  checks = import ./checks {
    inherit (inputs) self;
    inherit
      pkgs
      tools
      nixos-deploy
      ;
    imageFile = images.fileOf (lib.head (lib.attrValues images.immutable));
  };

  formatter = pkgs.nixfmt-tree;

  nixosConfigurations =
    lib.mapAttrs' (name: lib.nameValuePair "live-${name}-${system}") systems.live
    // lib.mapAttrs' (name: lib.nameValuePair "immutable-${name}-${system}") systems.immutable
    // {
      "bootstrap-${system}" = systems.bootstrap;
    };
}
