# Everything that the flake has for one system.
{ inputs, system }:
let
  inherit (inputs.nixpkgs) lib;
  pkgs = inputs.nixpkgs.legacyPackages.${system};

  # Machines are Linux. A Mac plans and deploys for the Linux of its own processor, and
  # needs a Linux builder for that.
  target = lib.replaceStrings [ "-darwin" ] [ "-linux" ] system;
  hosts = import ./hosts.nix {
    inherit (inputs) nixpkgs nixpkgs-bootstrap;
    system = target;
  };
  images = import ./images.nix { inherit hosts; };
  toplevel = hosts.live.config.system.build.toplevel;
  variables = import ./variables.nix {
    inherit
      lib
      hosts
      images
      target
      ;
  };

  iplz-lib = pkgs.python3.pkgs.callPackage ./iplz-lib.nix { };
  iplz-server = pkgs.callPackage ./iplz-server.nix { };
  nixos-deploy = pkgs.callPackage ./nixos-deploy.nix { };
  node-modules = pkgs.callPackage ./node-modules.nix { };

  terraform = import ./terraform.nix {
    inherit (inputs) nixpkgs;
    inherit pkgs system;
  };
  cdktf = pkgs.callPackage ./cdktf.nix { inherit node-modules terraform; };
  tools = import ./tools.nix { inherit pkgs cdktf terraform; };
  wrapper = pkgs.callPackage ./wrapper.nix { inherit cdktf; };

  onEverySystem = {
    inherit iplz-lib iplz-server nixos-deploy;
    immutable = wrapper {
      name = "immutable";
      variables = variables.named.immutable;
      inherit tools;
      deployed.IPLZ_IMAGE_PATH = images.iplz;
      # What the live stack starts from, should the user have it set.
      prepare = "unset BOOTSTRAP_AMI";
    };
    live = wrapper {
      name = "live";
      variables = variables.named.live;
      tools = tools ++ [ nixos-deploy ];
      deployed = {
        BOOTSTRAP_IMAGE_PATH = images.bootstrap;
        LIVE_CONFIG_PATH = toplevel;
      };
      # The synth looks there for the secrets that the system asks for.
      planned.LIVE_CONFIG_PATH = toplevel;
      # A third-party AMI takes the bootstrap image's place.
      prepare = ''[ -z "''${BOOTSTRAP_AMI+set}" ] || unset BOOTSTRAP_IMAGE_PATH'';
      run = builtins.readFile ./live.sh;
    };
    # What a changed line touches: the systems of the hosts that live has made.
    deployment = wrapper {
      name = "deployment";
      variables = variables.named.deployment;
      tools = tools ++ [ nixos-deploy ];
      deployed.LIVE_CONFIG_PATH = toplevel;
      planned.LIVE_CONFIG_PATH = toplevel;
      # Of live, should the user have it set.
      prepare = "unset BOOTSTRAP_AMI";
    };
    # The bucket of the other stacks' state, named by STATE_BUCKET.
    state = wrapper {
      name = "state";
      variables = { };
      inherit tools;
    };
    preview = pkgs.callPackage ./preview.nix { inherit cdktf; } { inherit variables tools; };
  };
  onLinux = {
    iplz-vm = hosts.vm.config.system.build.vm;
    iplz-image = images.iplz;
    bootstrap-image = images.bootstrap;
    live-config = toplevel;
  };
in
{
  packages = onEverySystem // lib.optionalAttrs (system == target) onLinux;

  # Beside these, `nix run` takes each package whose main program has the package's name.
  apps.iplz-vm = {
    type = "app";
    program = "${hosts.vm.config.system.build.vm}/bin/run-iplz-vm";
    meta.description = "The application in a virtual machine; the console is this terminal";
  };

  devShells = import ./shells.nix {
    inherit
      pkgs
      tools
      nixos-deploy
      variables
      ;
  };

  checks = import ./checks {
    inherit (inputs) self;
    inherit
      pkgs
      tools
      nixos-deploy
      ;
    imageFile = images.fileOf images.iplz;
  };

  formatter = pkgs.nixfmt-tree;

  nixosConfigurations = {
    "iplz-${system}" = hosts.iplz;
    "bootstrap-${system}" = hosts.bootstrap;
    "live-${system}" = hosts.live;
  };
}
