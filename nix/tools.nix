# What a deployer's command line has: node, cdktf, OpenTofu with its providers, and curl for health checks.
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
  pkgs.curl
  pkgs.nodejs_22
  (pkgs.callPackage ./cdktf.nix { inherit node-modules terraform; })
  terraform.package
]
