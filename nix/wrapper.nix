# A command that hands everything it is given to cdktf, with the facts of its hosts.
{
  lib,
  cdktf,
  # What runs of the npm package: another when that is.
  programs,
  writeShellApplication,
  writeShellScriptBin,
}:
{
  name,
  tools,
  # What the stacks need to know of the hosts; null: nothing.
  hostsFile ? null,
  # Shell text that calls cdktf.
  run ? ''exec cdktf "$@"'',
}:
let
  # Built and checked once. The launcher alone is another when a host or a construct changes.
  program = writeShellApplication {
    inherit name;
    runtimeInputs = tools;
    runtimeEnv = cdktf.environment;
    text = ''
      ${builtins.readFile ./require-project.sh}
      ${run}
    '';
  };
in
writeShellScriptBin name ''
  ${if hostsFile == null then "unset HOSTS_FILE" else "export HOSTS_FILE=${hostsFile}"}
  export PATH=${lib.makeBinPath programs}:$PATH
  exec ${lib.getExe program} "$@"
''
