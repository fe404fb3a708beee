# `import nixpkgs { system = …; }`: the packages that the project names, for one system.
{
  system,
  # The consent to unfree packages; the stub has none to refuse.
  config ? { },
}:
let
  lib = import ./lib;
  machine = import ./machine.nix;
  pkgs = {
    inherit
      lib
      pkgs
      machine
      config
      ;
    path = ./.;
    callPackage = lib.callPackageWith pkgs;
    stdenv.hostPlatform = {
      inherit system;
      isLinux = lib.hasSuffix "-linux" system;
      isDarwin = lib.hasSuffix "-darwin" system;
      isAarch64 = lib.hasPrefix "aarch64-" system;
      isx86_64 = lib.hasPrefix "x86_64-" system;
    };
  }
  // import ./pkgs/builders.nix { inherit lib machine system; }
  // import ./pkgs/python.nix pkgs
  // import ./pkgs/node.nix pkgs
  // import ./pkgs/terraform.nix pkgs
  // import ./pkgs/tools.nix pkgs
  // import ./pkgs/testers.nix pkgs;
in
pkgs
