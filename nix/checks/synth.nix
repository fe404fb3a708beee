# Both stacks as JSON, accepted by OpenTofu and the providers that nixpkgs has.
{ project }:
project {
  name = "synth-and-validate";
  script = ''
    export CDKTF_OUTDIR=$PWD/cdktf.out
    node synth.cjs
    for stack in immutable live; do
      (
        cd "cdktf.out/stacks/$stack"
        tofu init -input=false
        tofu validate
      )
    done
  '';
}
