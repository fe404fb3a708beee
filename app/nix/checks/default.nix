# `nix flake check` of this repository, beside what it checks of every project. The first three need
# no virtual machine.
{
  inputs,
  pkgs,
  # The flake's packages for the system.
  packages,
}:
let
  node-modules = pkgs.callPackage ../../../nix/node-modules.nix { withTests = true; };
  terraform = import ../../../nix/terraform.nix {
    inherit (inputs) nixpkgs;
    inherit pkgs;
    inherit (pkgs.stdenv.hostPlatform) system;
  };
  project = pkgs.callPackage ./project.nix {
    inherit (inputs) self;
    inherit node-modules;
    tools = [
      pkgs.curl
      pkgs.nodejs_22
      terraform.package
    ];
  };
  image = packages.iplz-image;
in
{
  lint = import ./lint.nix { inherit pkgs project; };
  typescript = import ./typescript.nix { inherit pkgs project; };
  application = import ./application.nix { inherit pkgs; };

  service = pkgs.testers.runNixOSTest ./service.nix;
  deployment = pkgs.testers.runNixOSTest (
    import ./deployment.nix {
      inherit pkgs;
      inherit (packages) nixos-deploy;
    }
  );
  image = pkgs.testers.runNixOSTest (
    import ./image.nix {
      inherit pkgs;
      imageFile = "${image}/${image.passthru.filePath}";
    }
  );
}
