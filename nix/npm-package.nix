# The npm package of constructs and stacks: what package.json names under `files`. It is TypeScript as it
# is; run.cjs bundles it with a project's main.ts.
{ lib, runCommand }:
let
  manifest = lib.importJSON ../package.json;
  wanted = [ "package.json" ] ++ map (lib.removeSuffix "/") manifest.files;
  root = toString ../.;
  # A folder on the way to a file, the file itself, or anything below a folder.
  isPart =
    path:
    lib.any (
      file: path == file || lib.hasPrefix "${file}/" path || lib.hasPrefix "${path}/" file
    ) wanted;
  source = builtins.path {
    inherit (manifest) name;
    path = ../.;
    filter = path: _: isPart (lib.removePrefix "${root}/" (toString path));
  };
in
runCommand "${manifest.name}-${manifest.version}" { } ''
  cp -r ${source} "$out"
''
