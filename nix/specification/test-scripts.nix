# The Python of the flake's VM tests, and the commands by which nixpkgs' test driver checks it
# before a machine starts: a folder for each test, for `nix eval --write-to`.
{ flake }:
let
  inherit (flake.inputs) nixpkgs;
  inherit (nixpkgs) lib;

  scripts =
    system:
    lib.mapAttrs' (
      name: test:
      lib.nameValuePair "${name}-${system}" {
        inherit (test.driver) testScript buildCommand;
      }
    ) (lib.filterAttrs (_: check: check ? driver) flake.checks.${system});
in
{
  tests = lib.mergeAttrsList (
    map scripts [
      "x86_64-linux"
      "aarch64-linux"
    ]
  );
  # What the driver may call, in the versions of that nixpkgs, as pip names them.
  requirements =
    lib.concatMapStrings
      (
        name:
        lib.optionalString (nixpkgs.legacyPackages.x86_64-linux ? ${name})
          "${name}==${nixpkgs.legacyPackages.x86_64-linux.${name}.version}\n"
      )
      [
        "mypy"
        "ruff"
        "ty"
      ];
}
