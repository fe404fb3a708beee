# The program that makes hardware of JSON, with the providers from nixpkgs: `init` then installs nothing.
{ pkgs }:
{
  package = pkgs.opentofu.withPlugins (providers: [
    providers.hashicorp_aws
    providers.hashicorp_null
  ]);
  program = "tofu";
}
