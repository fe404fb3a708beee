# The activation program with the tools that it calls; health checks may use curl, and aws
# tells a machine's console.
{
  writeShellApplication,
  age,
  awscli2,
  bash,
  coreutils,
  curl,
  gawk,
  gnugrep,
  gnused,
  nix,
  openssh,
  util-linux,
}:
writeShellApplication {
  name = "nixos-deploy";
  runtimeInputs = [
    age
    awscli2
    bash
    coreutils
    curl
    gawk
    gnugrep
    gnused
    nix
    openssh
    util-linux
  ];
  text = ''
    exec bash ${./deploy}/nixos-deploy.sh "$@"
  '';
}
