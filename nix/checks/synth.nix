# The project's stacks as JSON, accepted by OpenTofu and the providers that nixpkgs has.
{
  lib,
  runCommand,
  self,
  cdktf,
  tools,
  hosts-files,
  bootstrapFile,
  # The names of the project's stacks.
  stacks,
}:
runCommand "synth-and-validate"
  {
    nativeBuildInputs = tools;
    inherit (cdktf.environment) NODE_PATH;
    SSH_CIDRS = "203.0.113.7/32";
    BOOTSTRAP_FILE = bootstrapFile;
  }
  ''
    cp -r ${self} project
    chmod -R u+w project
    cd project
    export HOME=$TMPDIR CDKTF_OUTDIR=$PWD/cdktf.out
    app=$(node --print 'require("./cdktf.json").app')
    ${lib.concatMapStringsSep "\n" (stack: ''
      (HOSTS_FILE=${hosts-files.${stack}} sh -c "$app")
      (
        cd cdktf.out/stacks/${stack}
        tofu init -input=false
        tofu validate
      )
    '') stacks}
    touch "$out"
  ''
