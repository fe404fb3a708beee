# The cdktf command, set up to need nothing but the store.
{
  lib,
  writeShellApplication,
  coreutils,
  gnugrep,
  nix,
  nodejs_22,
  node-modules,
  terraform,
}:
let
  # What Terraform uploads or copies is built before it applies, and nothing is for a plan, which
  # needs paths alone. Synth writes the derivations that its stack needs into the stack's JSON.
  building-terraform = writeShellApplication {
    name = "building-${terraform.program}";
    runtimeInputs = [
      coreutils
      gnugrep
      nix
      terraform.package
    ];
    text = ''
      # cdktf asks for the version several times; where there are providers it asks for theirs, too.
      case "$*" in
        -v)
          echo 'v${terraform.package.version}'
          exit
          ;;
        'version -json')
          if [ ! -e .terraform ]; then
            echo '{"terraform_version":"${terraform.package.version}"}'
            exit
          fi
          ;;
      esac
      if [ "''${1:-}" = apply ]; then
        mapfile -t derivations < <(grep --only-matching '/nix/store/[^"]*\.drv' cdk.tf.json)
        if [ ''${#derivations[@]} -gt 0 ]; then
          # Of a build that began before this: what it has said until now, and goes on to say.
          if [ -n "''${BUILD_LOG:-}" ]; then
            tail --lines=+1 --follow --pid=$$ "$BUILD_LOG" >&2 &
            following=$!
          fi
          status=0
          nix-store --realise --no-gc-warning "''${derivations[@]}" >/dev/null || status=$?
          [ -z "''${following:-}" ] || kill "$following" 2>/dev/null || true
          [ "$status" = 0 ] || exit "$status"
        fi
        # For the summary of all hosts.
        if [ -n "''${OUTCOME_FOLDER:-}" ]; then pwd >"$OUTCOME_FOLDER/applied-''${PWD##*/}"; fi
      fi
      # An apply starts the null provider four times, and each time the two make keys for TLS, which takes longer than all
      # else. Where it is the only provider, they do without: their socket is this user's alone, and no secret passes there.
      if [ -e cdk.tf.json ] && [ "$(grep --only-matching '"source": "[^"]*"' cdk.tf.json)" = '"source": "hashicorp/null"' ]; then
        export TF_DISABLE_PLUGIN_TLS=1
      fi
      # A program in its place, such as CI's, which applies only what was approved.
      exec "''${TERRAFORM_PROGRAM:-${terraform.program}}" "$@"
    '';
  };

  environment = {
    TERRAFORM_BINARY_NAME = lib.getExe building-terraform;
    CHECKPOINT_DISABLE = "1";
    # On a terminal, it would ask npm's registry once a day.
    DISABLE_VERSION_CHECK = "1";
    # Its providers have no other source than the store: a lock of their hashes for
    # other platforms would need the registry, a cache of downloads has nothing to keep.
    CDKTF_SKIP_PROVIDER_LOCK = "true";
    CDKTF_DISABLE_PLUGIN_CACHE_ENV = "1";
    # Where the synth that cdktf.json names finds its modules when there was no `npm ci`.
    NODE_PATH = "${node-modules}/node_modules";
  };
in
writeShellApplication {
  name = "cdktf";
  runtimeInputs = [
    nodejs_22
    terraform.package
  ];
  runtimeEnv = environment;
  passthru = { inherit environment; };
  text = ''
    program=(--require ${./load-later.cjs} ${node-modules}/node_modules/cdktf-cli/bundle/bin/cdktf)
    ${builtins.readFile ./cdktf.sh}
  '';
}
