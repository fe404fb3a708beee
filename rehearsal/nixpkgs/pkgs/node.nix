# Node: the machine's own, whatever its version, and the project's own node_modules.
pkgs:
let
  inherit (pkgs) lib machine;
in
{
  nodejs_22 = pkgs.machinePrograms {
    name = "nodejs-machine";
    programs = {
      node = machine.node;
      npm = machine.npm;
    };
    meta.mainProgram = "node";
  };

  # nixpkgs fetches each package of the lock file; here `npm ci` did that already.
  importNpmLock = {
    # The packages and their sources, by name: enough to see that each one has a source.
    importNpmLock =
      {
        package,
        packageLock,
        packageSourceOverrides ? { },
      }:
      pkgs.writeText "${package.name}-sources" (
        lib.concatMapStringsSep "\n" (
          path:
          "${path} ${
            if packageSourceOverrides ? ${path} then
              packageSourceOverrides.${path}.name
            else if packageLock.packages.${path}.inBundle or false then
              "comes in another package"
            else
              throw "importNpmLock: ${path} has neither `resolved` nor a source"
          }"
        ) (builtins.filter (path: path != "") (builtins.attrNames packageLock.packages))
      );

    buildNodeModules =
      {
        nodejs,
        package,
        packageLock,
        derivationArgs,
      }:
      pkgs.runCommand "${package.name}-node-modules-${package.version}"
        { inherit (derivationArgs) npmDeps; }
        ''
          mkdir $out
          ln -s ${lib.escapeShellArg machine.nodeModules} $out/node_modules
        '';
  };
}
