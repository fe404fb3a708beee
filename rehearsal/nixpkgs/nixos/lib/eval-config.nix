# `lib.nixosSystem`: the project's modules on top of the stub's few.
{ lib }:
{
  modules,
  specialArgs ? { },
  system ? null,
}:
lib.evalModules {
  specialArgs = {
    modulesPath = toString ../modules;
  }
  // specialArgs;
  modules =
    import ../modules/module-list.nix
    ++ modules
    ++ lib.optional (system != null) {
      nixpkgs.hostPlatform = lib.mkDefault system;
    };
}
