# What a deployer's command line has: node, cdktf, OpenTofu with its providers, and curl for health checks.
{
  pkgs,
  cdktf,
  terraform,
}:
[
  pkgs.curl
  pkgs.nodejs_22
  cdktf
  terraform.package
]
