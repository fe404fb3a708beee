# Both stacks as JSON, accepted by OpenTofu and the providers that nixpkgs has.
{ lib, project }:
project {
  name = "synth-and-validate";
  script = ''
    export CDKTF_OUTDIR=$PWD/cdktf.out
    ${(lib.importJSON ../../cdktf.json).app}
    for stack in immutable live; do
      (
        cd "cdktf.out/stacks/$stack"
        tofu init -input=false
        tofu validate
      )
    done
  '';
}
