# `nix flake check`. The first four need no virtual machine.
{
  self,
  pkgs,
  tools,
  nixos-deploy,
  imageFile,
}:
let
  node-modules = pkgs.callPackage ../node-modules.nix { withTests = true; };
  project = pkgs.callPackage ./project.nix { inherit self node-modules tools; };
in
{
  lint = import ./lint.nix { inherit pkgs project; };
  typescript = import ./typescript.nix { inherit pkgs project; };
  synth = import ./synth.nix {
    inherit (pkgs) lib;
    inherit project;
  };
  application = import ./application.nix { inherit pkgs; };

  service = pkgs.testers.runNixOSTest ./service.nix;
  deployment = pkgs.testers.runNixOSTest (import ./deployment.nix { inherit pkgs nixos-deploy; });
  image = pkgs.testers.runNixOSTest (import ./image.nix { inherit pkgs imageFile; });
}
