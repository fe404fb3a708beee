# node_modules as package-lock.json pins it, so that no `npm ci` is needed: what a deployment
# runs and, on request, what the tests run, too.
{
  lib,
  callPackage,
  importNpmLock,
  nodejs_22,
  withTests ? false,
}:
let
  npmTarball = callPackage ./npm-tarball.nix { };
  withoutTests = manifest: removeAttrs manifest (lib.optional (!withTests) "devDependencies");

  package = withoutTests (lib.importJSON ../package.json);
  lock = lib.importJSON ../package-lock.json;
  packageLock = lock // {
    packages = lib.filterAttrs (_: module: withTests || !(module.dev or false)) lock.packages // {
      "" = withoutTests lock.packages."";
    };
  };

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
