# node_modules as package-lock.json pins it, so that no `npm ci` is needed.
{
  lib,
  callPackage,
  importNpmLock,
  nodejs_22,
}:
let
  package = lib.importJSON ../package.json;
  packageLock = lib.importJSON ../package-lock.json;
  npmTarball = callPackage ./npm-tarball.nix { };

  # "node_modules/a/node_modules/@b/c" is a copy of @b/c, unless the entry has a name of its own.
  nameOf = path: lib.last (lib.splitString "node_modules/" path);
  fetched = lib.filterAttrs (_: module: module ? integrity) packageLock.packages;
in
importNpmLock.buildNodeModules {
  inherit package packageLock;
  nodejs = nodejs_22;
  derivationArgs = {
    # What cdktf and esbuild run is in their packages; install scripts would only download.
    npmRebuildFlags = [ "--ignore-scripts" ];
    npmDeps = importNpmLock.importNpmLock {
      inherit package packageLock;
      packageSourceOverrides = lib.mapAttrs (
        path: module:
        npmTarball {
          name = module.name or (nameOf path);
          inherit (module) version integrity;
        }
      ) fetched;
    };
  };
}
