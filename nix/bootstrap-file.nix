# Prints the path of the file that says where the bootstrap image is. That is evaluated once, and
# again only when it is another: not when a host or its application is.
{
  writeShellApplication,
  coreutils,
  findutils,
  nix,
}:
{
  # The flake that the image is made from, an input of the project's.
  nixpkgs,
  system,
  # The file of the deployers' public keys.
  authorizedKeys,
}:
let
  # Of a folder, what Nix takes for the source of a flake.
  sourceOf =
    path: parts:
    builtins.path {
      name = "source";
      inherit path;
      filter = file: _: builtins.any (part: isIn (toString path + "/" + part) (toString file)) parts;
    };
  isIn =
    part: file:
    file == part || builtins.substring 0 (builtins.stringLength part + 1) file == part + "/";

  flake = sourceOf ./. [
    "flake.nix"
    "amazon-image.nix"
    "authorized-keys.nix"
    "bootstrap.nix"
    "facts.nix"
    "modules"
    "nixos-system.nix"
    "ssh-key-types.json"
  ];
  keys = sourceOf (dirOf authorizedKeys) [ (baseNameOf authorizedKeys) ];
  # With what the input says of itself: the system's version names the revision and its date.
  revision = if nixpkgs ? rev then "&rev=${nixpkgs.rev}" else "";
  hash = builtins.replaceStrings [ "+" "/" "=" ] [ "%2B" "%2F" "%3D" ] nixpkgs.narHash;
  inputs = {
    BOOTSTRAP_FLAKE = "path:${flake}#${system}";
    BOOTSTRAP_NIXPKGS = "path:${nixpkgs}?narHash=${hash}&lastModified=${toString nixpkgs.lastModified}${revision}";
    BOOTSTRAP_KEYS = "path:${keys}";
  };
in
writeShellApplication {
  name = "bootstrap-file";
  runtimeInputs = [
    coreutils
    findutils
    nix
  ];
  runtimeEnv = inputs // {
    BOOTSTRAP_KEY = builtins.hashString "sha256" (builtins.toJSON inputs);
  };
  text = builtins.readFile ./bootstrap-file.sh;
}
