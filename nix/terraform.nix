# The program that makes hardware of JSON, with its providers from nixpkgs: `init` then
# installs nothing.
#
# OpenTofu is free software. For Terraform, whose licence nixpkgs counts as unfree, set
# `choice` to "terraform"; the consent is given for that one package.
{ nixpkgs, system }:
let
  inherit (nixpkgs) lib;
  choice = "opentofu";

  pkgs = import nixpkgs {
    inherit system;
    config.allowUnfreePredicate = package: lib.getName package == "terraform";
  };
  programs = {
    opentofu = "tofu";
    terraform = "terraform";
  };
in
{
  program = programs.${choice};
  package = pkgs.${choice}.withPlugins (providers: [
    providers.hashicorp_aws
    providers.hashicorp_null
  ]);
}
