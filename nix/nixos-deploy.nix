# The activation program, with the tools it calls.
{
  writeShellApplication,
  coreutils,
  gawk,
  gnugrep,
  gnused,
  nix,
  openssh,
}:
writeShellApplication {
  name = "nixos-deploy";
  runtimeInputs = [
    coreutils
    gawk
    gnugrep
    gnused
    nix
    openssh
  ];
  text = builtins.readFile ./deploy/nixos-deploy.sh;
}
