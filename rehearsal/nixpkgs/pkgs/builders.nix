# Derivations by the machine's own bash and coreutils, and nixpkgs' trivial builders on top.
{
  lib,
  machine,
  system,
}:
let
  # As in nixpkgs, the name of the shell that every script starts with.
  runtimeShell = machine.bash;

  runCommand =
    name: environment: script:
    let
      own = removeAttrs environment [
        "meta"
        "passthru"
      ];
      meta = environment.meta or { };
    in
    derivation (
      {
        inherit name system;
        builder = machine.bash;
        args = [
          "-euo"
          "pipefail"
          "-c"
          ''
            export PATH=${lib.makeBinPath (environment.nativeBuildInputs or [ ])}:${machine.path}
            umask 022
            . ${./patch-shebangs.sh}
            ${script}
          ''
        ];
      }
      // own
    )
    // {
      inherit meta;
      passthru = environment.passthru or { };
    }
    // (environment.passthru or { });

  writeTextFile =
    {
      name,
      text,
      executable ? false,
      destination ? "",
      checkPhase ? "",
      meta ? { },
      passthru ? { },
    }:
    runCommand name
      {
        inherit text meta passthru;
        passAsFile = [ "text" ];
      }
      ''
        target=$out${lib.escapeShellArg destination}
        install -D --mode ${if executable then "555" else "444"} "$textPath" "$target"
        ${checkPhase}
      '';

  writeShellApplication =
    {
      name,
      text,
      runtimeInputs ? [ ],
      runtimeEnv ? { },
      inheritPath ? true,
      meta ? { },
      passthru ? { },
    }:
    let
      exports = lib.mapAttrsToList (
        variable: value: "export ${variable}=${lib.escapeShellArg value}"
      ) runtimeEnv;
      path = lib.optionalString (runtimeInputs != [ ]) (
        "export PATH=\"${lib.makeBinPath runtimeInputs}${lib.optionalString inheritPath ":$PATH"}\"\n"
      );
    in
    writeTextFile {
      inherit name passthru;
      executable = true;
      destination = "/bin/${name}";
      meta = {
        mainProgram = name;
      }
      // meta;
      text = ''
        #!${runtimeShell}
        set -o errexit
        set -o nounset
        set -o pipefail
        ${lib.concatStringsSep "\n" exports}
        ${path}
        ${text}
      '';
      checkPhase = ''
        ${machine.bash} -n "$target"
        ${lib.optionalString (machine.shellcheck != null) ''${machine.shellcheck} "$target"''}
      '';
    };
in
{
  inherit
    runtimeShell
    runCommand
    writeTextFile
    writeShellApplication
    ;
  runCommandLocal = runCommand;
  writeText = name: text: writeTextFile { inherit name text; };
  writeTextDir =
    path: text:
    writeTextFile {
      name = baseNameOf path;
      inherit text;
      destination = "/${path}";
    };

  writeShellScriptBin =
    name: text:
    writeTextFile {
      inherit name;
      executable = true;
      destination = "/bin/${name}";
      text = "#!${runtimeShell}\n${text}";
      checkPhase = ''${machine.bash} -n "$target"'';
      meta.mainProgram = name;
    };

  mkShell =
    {
      name ? "nix-shell",
      packages ? [ ],
      shellHook ? "",
      ...
    }@attributes:
    runCommand name
      (
        removeAttrs attributes [
          "packages"
          "name"
        ]
        // {
          inherit shellHook;
          stdenv = "${./shell-setup}";
          # `nix develop` looks for the name of the output in the environment.
          outputs = [ "out" ];
          toolPath = lib.makeBinPath packages;
        }
      )
      ''
        export > "$out"
      '';

  # A folder with links to programs of the machine: what a package is here.
  machinePrograms =
    {
      name,
      programs,
      meta ? { },
      passthru ? { },
    }:
    runCommand name { inherit meta passthru; } (
      "mkdir -p $out/bin\n"
      + lib.concatStrings (
        lib.mapAttrsToList (program: target: ''
          ln -s ${lib.escapeShellArg target} "$out/bin/${program}"
        '') programs
      )
    );
}
