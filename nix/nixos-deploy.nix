# The deployment program with the tools that it calls; health checks may use curl, and aws
# reads an instance's console.
{
  runCommand,
  writeShellApplication,
  age,
  awscli2,
  bash,
  curl,
  esbuild,
  nix,
  nodejs_22,
  openssh,
}:
let
  program = runCommand "nixos-deploy-program" { nativeBuildInputs = [ esbuild ]; } ''
    bash ${../nixos-deploy}/bundle.sh "$out"
  '';
in
writeShellApplication {
  name = "nixos-deploy";
  runtimeInputs = [
    age
    awscli2
    bash
    curl
    nix
    nodejs_22
    openssh
  ];
  text = ''
    # It holds secrets in memory.
    ulimit -c 0
    exec node ${program}/main.cjs "$@"
  '';
}
