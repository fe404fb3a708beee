# What a deployer's command line has: node, cdktf, and OpenTofu with its providers.
{
  nixpkgs,
  pkgs,
  system,
  node-modules,
}:
let
  terraform = import ./terraform.nix { inherit nixpkgs system; };
in
[
  pkgs.nodejs_22
  (pkgs.callPackage ./cdktf.nix { inherit node-modules terraform; })
  terraform.package
]
