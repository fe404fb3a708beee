# Everything that a project's flake has for one system.
{
  inputs,
  system,
  self,
  hosts,
  shellPackages,
}:
let
  inherit (inputs.nixpkgs) lib;
  pkgs = inputs.nixpkgs.legacyPackages.${system};

  # Machines are Linux. A Mac plans and deploys for the Linux of its own processor, and
  # needs a Linux builder for that.
  target = lib.replaceStrings [ "-darwin" ] [ "-linux" ] system;
  authorizedKeys = "${self}/authorized-keys";
  systems = import ./systems.nix {
    inherit (inputs) nixpkgs;
    inherit hosts authorizedKeys;
    system = target;
  };
  # Of a nixpkgs of its own, so that a bump of the other leaves it alone.
  ofBootstrap = {
    nixpkgs = inputs.nixpkgs-bootstrap;
    system = target;
    inherit authorizedKeys;
  };
  bootstrap = import ./bootstrap.nix ofBootstrap;
  images = lib.mapAttrs (import ./amazon-image.nix).amazonImage systems.immutable;
  hosts-files = import ./hosts-files.nix {
    inherit lib systems images;
    system = target;
  };

  nixos-deploy = pkgs.callPackage ./nixos-deploy.nix { };
  # `bootstrap` is evaluated for itself alone: who deploys takes what was evaluated before.
  bootstrap-file = pkgs.callPackage ./bootstrap-file.nix { } ofBootstrap;
  findBootstrap = ''
    # An AMI in its place needs no image.
    if [ -z "''${BOOTSTRAP_AMI+set}" ]; then
      BOOTSTRAP_FILE=$(${lib.getExe bootstrap-file})
      export BOOTSTRAP_FILE
    fi
  '';
  leaked-imports = pkgs.callPackage ./leaked-imports.nix { };
  node-modules = pkgs.callPackage ./node-modules.nix { };
  npm-package = pkgs.callPackage ./npm-package.nix { };
  # What a project's cdktf.json names: it runs main.ts.
  run-typescript = pkgs.writeShellScriptBin "run-typescript" ''
    exec ${pkgs.nodejs_22}/bin/node ${npm-package}/run.cjs "$@"
  '';
  # These are called by cdktf and by `live`.
  typescript-program = pkgs.callPackage ./typescript-program.nix {
    inherit node-modules npm-package;
  };
  deployment-summary = typescript-program "deployment-summary" "deployment-summary/main.ts";
  pending-hosts = typescript-program "pending-hosts" "synth/pending-hosts.ts";

  terraform = import ./terraform.nix {
    inherit (inputs) nixpkgs;
    inherit pkgs system;
  };
  cdktf = pkgs.callPackage ./cdktf.nix { inherit node-modules terraform; };
  tools = import ./tools.nix { inherit pkgs cdktf terraform; };
  wrapper = pkgs.callPackage ./wrapper.nix {
    inherit cdktf;
    programs = [
      run-typescript
      deployment-summary
      pending-hosts
    ];
  };

  # A stack without hosts is none of the project's.
  ofImmutable = lib.optionalAttrs (hosts.immutable != { });
  ofLive = lib.optionalAttrs (hosts.live != { });

  stacks =
    ofImmutable {
      immutable = wrapper {
        name = "immutable";
        tools = tools ++ [
          nixos-deploy
          leaked-imports
        ];
        hostsFile = hosts-files.immutable;
        run = builtins.readFile ./arguments.sh + builtins.readFile ./immutable.sh;
      };
    }
    // ofLive {
      live = wrapper {
        name = "live";
        tools = tools ++ [
          nixos-deploy
          leaked-imports
        ];
        hostsFile = hosts-files.live;
        run = findBootstrap + builtins.readFile ./arguments.sh + builtins.readFile ./live.sh;
      };
      # What a changed line touches: the systems of the hosts that live has made.
      deployment = wrapper {
        name = "deployment";
        tools = tools ++ [
          nixos-deploy
          pkgs.gnugrep
          pkgs.nix
        ];
        hostsFile = hosts-files.deployment;
        run = builtins.readFile ./deployment.sh;
      };
    };

  onEverySystem = stacks // {
    inherit nixos-deploy leaked-imports npm-package;
    # The bucket of the other stacks' state, named by STATE_BUCKET.
    state = wrapper {
      name = "state";
      inherit tools;
      # What selects other stacks, such as an exported BOOTSTRAP_AMI, is none of this one's business.
      run = ''
        unset IMAGE_PATH BOOTSTRAP_IMAGE_PATH BOOTSTRAP_AMI LIVE_CONFIG_PATH
        exec cdktf "$@"
      '';
    };
    preview = pkgs.callPackage ./preview.nix { inherit stacks; };
  };
  onLinux =
    ofLive {
      bootstrap-image = bootstrap.image;
      # All that is deployed, to compare one commit's with another's.
      live-systems = pkgs.runCommand "live-systems" { } (
        "mkdir $out\n"
        + lib.concatStrings (lib.mapAttrsToList (host: system: "ln -s ${system} $out/${host}\n") toplevels)
      );
    }
    // lib.optionalAttrs (hosts.vm != null) { vm = systems.vm.config.system.build.vm; }
    // named "image" images
    // named "system" toplevels;
  toplevels = lib.mapAttrs (_: host: host.config.system.build.toplevel) systems.live;
  # By the names of their hosts.
  named = what: lib.mapAttrs' (host: lib.nameValuePair "${host}-${what}");
in
{
  packages = onEverySystem // lib.optionalAttrs (system == target) onLinux;

  # Beside these, `nix run` takes each package whose main program has the package's name.
  apps = lib.optionalAttrs (hosts.vm != null) {
    vm = {
      type = "app";
      program = lib.getExe systems.vm.config.system.build.vm;
      meta.description = "The application in a virtual machine; the console is this terminal";
    };
  };

  devShells = import ./shells.nix {
    inherit
      pkgs
      nixos-deploy
      hosts-files
      findBootstrap
      ;
    tools = tools ++ [
      run-typescript
      deployment-summary
    ];
    stacks = builtins.attrNames stacks;
    more = shellPackages pkgs;
  };

  checks.synth = pkgs.callPackage ./checks/synth.nix {
    inherit self cdktf hosts-files;
    bootstrapFile = bootstrap.file;
    tools = tools ++ [ run-typescript ];
    stacks = builtins.attrNames stacks;
  };

  formatter = pkgs.nixfmt-tree;

  nixosConfigurations =
    lib.mapAttrs' (name: lib.nameValuePair "live-${name}-${system}") systems.live
    // lib.mapAttrs' (name: lib.nameValuePair "immutable-${name}-${system}") systems.immutable
    // ofLive { "bootstrap-${system}" = bootstrap.host; };
}
