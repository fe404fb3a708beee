# Both stacks as JSON, accepted by OpenTofu and the providers that nixpkgs has.
{ lib, project }:
let
  # A store path that is nobody's: synth and validate look at no image.
  path = letter: name: "/nix/store/${lib.concatStrings (lib.genList (_: letter) 32)}-${name}";
in
project {
  name = "synth-and-validate";
  script = ''
    export NIX_SYSTEM=x86_64-linux SSH_CIDRS=203.0.113.7/32
    export IPLZ_IMAGE_PATH=${path "a" "iplz/iplz.vhd"}
    export BOOTSTRAP_IMAGE_PATH=${path "b" "bootstrap/bootstrap.vhd"}
    export LIVE_CONFIG_PATH=${path "c" "nixos-system"}
    export CDKTF_OUTDIR=$PWD/cdktf.out
    (${(lib.importJSON ../../cdktf.json).app})
    for stack in immutable live deployment; do
      (
        cd "cdktf.out/stacks/$stack"
        tofu init -input=false
        tofu validate
      )
    done
  '';
}
