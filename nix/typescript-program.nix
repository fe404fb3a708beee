# A command that runs a TypeScript file, or the one that it is given, with the npm package beside it.
{
  writeShellScriptBin,
  nodejs_22,
  npm-package,
}:
name: file:
writeShellScriptBin name ''
  exec ${nodejs_22}/bin/node ${npm-package}/run.cjs ${file} "$@"
''
