# The application with its server; arguments go to uvicorn.
{
  writeShellApplication,
  python3,
}:
let
  python = python3.withPackages (packages: [
    packages.uvicorn
    (packages.callPackage ./package.nix { })
  ]);
in
writeShellApplication {
  name = "iplz-server";
  runtimeInputs = [ python ];
  # Any client can write a forwarding header, so none is believed.
  text = ''
    exec uvicorn --no-proxy-headers "$@" iplz:app
  '';
}
