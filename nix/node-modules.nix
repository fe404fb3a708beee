# The node modules that package-lock.json pins, each fetched by its hash.
{
  lib,
  importNpmLock,
  nodejs_22,
}:
importNpmLock.buildNodeModules {
  nodejs = nodejs_22;
  package = lib.importJSON ../package.json;
  packageLock = lib.importJSON ../package-lock.json;
}
