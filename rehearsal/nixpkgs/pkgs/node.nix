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
  importNpmLock.buildNodeModules =
    {
      nodejs,
      package,
      packageLock,
      derivationArgs ? { },
    }:
    pkgs.runCommand "${package.name}-node-modules-${package.version}"
      {
        wanted = builtins.toJSON (
          lib.mapAttrs (_: module: module.resolved or "") packageLock.packages
        );
        passAsFile = [ "wanted" ];
      }
      ''
        mkdir $out
        ln -s ${lib.escapeShellArg machine.nodeModules} $out/node_modules
      '';
}
