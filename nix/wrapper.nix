# A command that hands everything it is given to cdktf, with a stack's variables set.
{ writeShellApplication }:
{
  name,
  variables,
  tools,
  # Shell text that is run before cdktf.
  prepare ? "",
}:
writeShellApplication {
  inherit name;
  runtimeInputs = tools;
  runtimeEnv = variables;
  text = ''
    if [ ! -e cdktf.json ]; then
      printf '%s: no cdktf.json in %q; run it from the folder of the project\n' ${name} "$PWD" >&2
      exit 2
    fi
    ${prepare}
    exec cdktf "$@"
  '';
}
