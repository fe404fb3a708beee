# A command that runs a TypeScript file of the npm package, bundled once.
{
  runCommand,
  writeShellScriptBin,
  esbuild,
  node-modules,
  nodejs_22,
  npm-package,
}:
name: file:
let
  bundle = runCommand "${name}.cjs" { nativeBuildInputs = [ esbuild ]; } ''
    NODE_PATH=${node-modules}/node_modules esbuild ${npm-package}/${file} --bundle --platform=node --target=node20 --log-level=warning --outfile="$out"
  '';
in
writeShellScriptBin name ''
  exec ${nodejs_22}/bin/node ${npm-package}/run.cjs ${bundle} "$@"
''
