# The program that makes hardware of JSON, with its providers from nixpkgs: `init` then
# installs nothing.
#
# OpenTofu is free software. For Terraform, whose licence nixpkgs counts as unfree, set
# `choice` to "terraform"; the consent is given for that one package.
{
  nixpkgs,
  pkgs,
  system,
}:
let
  inherit (nixpkgs) lib;
  choice = "opentofu";

  programs = {
    opentofu = {
      program = "tofu";
      package = pkgs.opentofu;
    };
    terraform = {
      program = "terraform";
      # Another instance of nixpkgs, evaluated only if it is chosen.
      package =
        (import nixpkgs {
          inherit system;
          config.allowUnfreePredicate = package: lib.getName package == "terraform";
        }).terraform;
    };
  };
in
{
  inherit (programs.${choice}) program;
  package = programs.${choice}.package.withPlugins (providers: [
    providers.hashicorp_aws
    providers.hashicorp_null
  ]);
}
