# A check that runs commands in a copy of this repository, with its tools and node modules.
{
  runCommand,
  self,
  node-modules,
  tools,
}:
{
  name,
  packages ? [ ],
  script,
}:
runCommand name { nativeBuildInputs = tools ++ packages; } ''
  cp -r ${self} project
  chmod -R u+w project
  cd project
  ln -s ${node-modules}/node_modules node_modules
  export HOME=$TMPDIR
  ${script}
  touch "$out"
''
