# What a deployer's command line has: node, cdktf and OpenTofu with its providers.
{ pkgs }:
let
  terraform = import ./terraform.nix { inherit pkgs; };
  node-modules = pkgs.callPackage ./node-modules.nix { };
  cdktf = pkgs.callPackage ./cdktf.nix { inherit node-modules terraform; };
in
[
  pkgs.nodejs_22
  cdktf
  terraform.package
]
