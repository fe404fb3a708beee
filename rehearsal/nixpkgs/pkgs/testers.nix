# VM tests: their machines are evaluated and their scripts compiled. Nothing runs, so that
# building such a test fails, and says why; its `compiled` is what can be built here.
pkgs:
let
  inherit (pkgs) lib machine;
  inherit (lib) mkOption types;
  nixosSystem = import ../nixos/lib/eval-config.nix { inherit lib; };

  options.options = {
    name = mkOption { type = types.str; };
    nodes = mkOption {
      type = types.lazyAttrsOf types.deferredModule;
      default = { };
    };
    testScript = mkOption {
      type = types.either types.str types.raw;
    };
  };

  runNixOSTest =
    module:
    let
      test =
        (lib.evalModules {
          modules = [
            options
            module
          ];
          specialArgs = { inherit pkgs; };
        }).config;
      names = builtins.attrNames test.nodes;
      number = name: toString (1 + lib.length (builtins.filter (other: other < name) names));
      nodes = builtins.mapAttrs (
        name: node:
        (nixosSystem {
          specialArgs = { inherit nodes; };
          modules = [
            ../nixos/modules/virtualisation/qemu-vm.nix
            {
              nixpkgs.pkgs = pkgs;
              nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
              networking.hostName = lib.mkDefault name;
              networking.primaryIPAddress = "192.168.1.${number name}";
            }
            node
          ];
        }).config
      ) test.nodes;
      script =
        if builtins.isString test.testScript then test.testScript else test.testScript { inherit nodes; };
      compiled =
        pkgs.runCommand "vm-test-script-${test.name}"
          {
            inherit script;
            passAsFile = [ "script" ];
            machines = map (name: nodes.${name}.system.build.toplevel) names;
          }
          ''
            ${machine.python} -c 'import sys; compile(open(sys.argv[1]).read(), "the test script", "exec")' "$scriptPath"
            cp "$scriptPath" "$out"
          '';
    in
    pkgs.runCommand "vm-test-run-${test.name}" { passthru = { inherit compiled; }; } ''
      echo 'the stand-in for nixpkgs cannot run virtual machines; ${compiled} was compiled, and nothing more' >&2
      exit 1
    '';
in
{
  testers = { inherit runNixOSTest; };
  OVMF = lib.genAttrs [ "firmware" "variables" ] (name: pkgs.writeText "no-${name}" "");
}
