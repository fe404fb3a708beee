#!/usr/bin/env bash
# Runs, in a sandbox, the Nix commands that flake.root.test.ts asserts on.
#
#   gather-facts.sh PROJECT STUB FACTS
#
# PROJECT is a copy of the project, which this changes. STUB is a stub nixpkgs made by
# assemble.sh. Of each command FACTS gets NAME.out, NAME.err and NAME.status; only a command
# that cannot be started makes this script itself fail.
set -euo pipefail

project=$1 stub=$2 facts=$3
bumped=$stub-bumped
mkdir -p "$facts"
cd "$project"

# fact NAME COMMAND...
fact() {
  local name=$1 status=0
  shift
  "$@" >"$facts/$name.out" 2>"$facts/$name.err" </dev/null || status=$?
  echo "$status" >"$facts/$name.status"
}

# with_nixpkgs FOLDER COMMAND [ARGUMENT...]: a nix command on the project's flake.
with_nixpkgs() {
  local nixpkgs=$1 command=$2
  shift 2
  # shellcheck disable=SC2086 # "flake check" is two words
  nix $command --no-write-lock-file --override-input nixpkgs "path:$nixpkgs" \
    --override-input nixpkgs-bootstrap "path:$stub" "$@"
}
flake() { with_nixpkgs "$stub" "$@"; }

# store_after NAME: what is in the store now.
store_after() { ls /nix/store >"$facts/store-after-$1.out"; }

# record NAME COMMAND...: in a project whose synth only records what environment it was given, as
# NAME.env, and the file of hosts as NAME.json, and fails.
record() {
  local name=$1
  shift
  (cd "$facts/recording" && RECORD=$facts/$name fact "run-$name" "$@")
}
git init --quiet "$facts/recording"
cat >"$facts/recording/synth.sh" <<'END'
env | grep -E '^(HOSTS_FILE|IMAGE_|BOOTSTRAP_|LIVE_|NIX_SYSTEM|STATE_|TERRAFORM_BINARY_NAME)' >"$RECORD.env"
[ -z "${HOSTS_FILE:-}" ] || cp "$HOSTS_FILE" "$RECORD.json"
[ -z "${BOOTSTRAP_FILE:-}" ] || cp "$BOOTSTRAP_FILE" "$RECORD.bootstrap.json"
exit 1
END
echo '{"language":"typescript","projectId":"record","sendCrashReports":"false","app":"bash synth.sh"}' >"$facts/recording/cdktf.json"

each_derivation='systems: builtins.mapAttrs (_: builtins.mapAttrs (_: package: package.drvPath)) systems'
paths='packages: builtins.mapAttrs (_: package: package.outPath) packages'
packages=.#packages.x86_64-linux

# Nix takes of a repository what git tracks.
git init --quiet
git add --all

# As it was cloned: nobody's key is in authorized-keys.
fact metadata nix flake metadata --json --no-update-lock-file --no-write-lock-file \
  --override-input nixpkgs "path:$stub" --override-input nixpkgs-bootstrap "path:$stub"
fact check flake 'flake check' --no-build
for output in packages devShells checks; do
  fact "evaluate-$output" flake eval --json ".#$output" --apply "$each_derivation"
done
fact evaluate-formatter flake eval --json .#formatter --apply 'builtins.mapAttrs (_: package: package.drvPath)'
fact evaluate-apps flake eval --json .#apps --apply 'builtins.mapAttrs (_: builtins.mapAttrs (_: app: app.program))'
fact evaluate-nixosConfigurations flake eval --json .#nixosConfigurations \
  --apply 'builtins.mapAttrs (_: host: host.config.system.build.toplevel.drvPath)'
fact build-without-key flake build .#bootstrap-image --no-link

# Preview comes before anything is built.
fact build-preview flake build .#preview --out-link "$facts/preview"
store_after preview

echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH8f5q1B2gxdk9SCEtVOxd5HeEw6n0SGq0uWq0wqVd1k test' >>authorized-keys

# What is no public key, or one with options.
cp authorized-keys "$facts/authorized-keys"
for line in garbage "command=\"x\" $(tail -n 1 authorized-keys)"; do
  echo "$line" >>authorized-keys
  fact "evaluate-key-${line%%[ =]*}" flake eval --json .#nixosConfigurations.live-iplz-x86_64-linux \
    --apply 'host: host.config.system.build.toplevel.drvPath'
  cp "$facts/authorized-keys" authorized-keys
done

# What a change of this or that touches.
fact paths-before flake eval --json $packages --apply "$paths"
cp -r "$stub" "$bumped"
echo '"27.05.stub"' >"$bumped/version.nix"
fact paths-other-nixpkgs with_nixpkgs "$bumped" eval --json $packages --apply "$paths"
cp app/iplz.py "$facts/iplz.py"
sed -i 's/{request.remote_addr}/You come from {request.remote_addr}/' app/iplz.py
fact paths-other-application flake eval --json $packages --apply "$paths"
cp "$facts/iplz.py" app/iplz.py
echo 'More words.' >>LICENSE
fact paths-other-text flake eval --json $packages --apply "$paths"

# Values that the service's options must refuse.
host=.#nixosConfigurations.live-iplz-x86_64-linux
for case in 'port = 65536' 'port = -1' 'port = "80"' 'enable = "yes"' 'openFirewall = 1' 'package = 80' 'prot = 80'; do
  fact "option-${case//[^A-Za-z0-9-]/}" flake eval $host \
    --apply "host: (host.extendModules { modules = [ { services.iplz.$case; } ]; }).config.system.build.toplevel.drvPath"
done
fact option-port8080 flake eval --json $host \
  --apply 'host: (host.extendModules { modules = [ { services.iplz.port = 8080; } ]; }).config.networking.firewall.allowedTCPPorts'


# What a host says of its place, and contradicts itself in.
for case in 'vpcId = "vpc-1"' 'publicAddress = false' 'stableAddress = true; publicAddress = false' 'sessionManager = true; instanceProfile = "web"'; do
  fact "placement-${case%% *}" flake eval $host \
    --apply "host: (host.extendModules { modules = [ { deployment = { $case; }; } ]; }).config.system.build.toplevel.drvPath"
done
fact placement-agent flake eval --json $host --apply 'host: map
  (asked: (host.extendModules { modules = [ { deployment.sessionManager = asked; } ]; }).config.services.amazon-ssm-agent.enable)
  [ false true ]'

# Builds, and what was built at work.
for package in immutable live deployment state; do
  fact "build-$package" flake build ".#$package" --out-link "$facts/$package"
done
BOOTSTRAP_AMI=registry SSH_CIDRS=203.0.113.7/32 fact run-live-ami "$facts/live/bin/live" synth --output "$facts/ami"

# What is built: nothing by cdktf and its synth, and by Terraform's apply what its stack names.
for stack in immutable live deployment; do
  record "$stack" "$facts/$stack/bin/$stack" synth
done
fact run-live-synth env SSH_CIDRS=203.0.113.7/32 "$facts/live/bin/live" synth --output "a folder's \"\$HOME\""
(cd "a folder's \"\$HOME\"" && find . -name cdk.tf.json) >"$facts/synthesized.out"
store_after synth
program=$(sed -n 's/^TERRAFORM_BINARY_NAME=//p' "$facts/live.env")
stacks="a folder's \"\$HOME\"/stacks"
mkdir -p "$facts/initialized/.terraform"
fact version-known env --chdir "$facts" "$program" version -json
fact version-looked-for env --chdir "$facts/initialized" "$program" -v
fact version-asked env --chdir "$facts/initialized" "$program" version -json
for stack in live deployment; do
  fact "plugin-tls-$stack" env --chdir "$stacks/$stack" TERRAFORM_PROGRAM=printenv "$program" TF_DISABLE_PLUGIN_TLS
done
echo 'building it since' >"$facts/build.log"
for run in live:plan live:destroy deployment:apply live:apply; do
  fact "terraform-${run/:/-}" env --chdir "$stacks/${run%:*}" BUILD_LOG="$facts/build.log" "$program" "${run#*:}"
  store_after "${run/:/-}"
done
rm -r "a folder's \"\$HOME\""

# The bootstrap image, when the application is another, and when the image is.
sed -i 's/{request.remote_addr}/You come from {request.remote_addr}/' app/iplz.py
fact build-live-other-line flake build .#live --out-link "$facts/live-other-line"
record live-other-line "$facts/live-other-line/bin/live" synth
cp "$facts/iplz.py" app/iplz.py
fact build-live-other-bootstrap flake build .#live --out-link "$facts/live-other-bootstrap" \
  --override-input nixpkgs-bootstrap "path:$bumped"
record live-other-bootstrap "$facts/live-other-bootstrap/bin/live" synth

# A second host is a module and its name.
cp app/nix/hosts.nix "$facts/hosts.nix"
sed -i '0,/inherit iplz;/s//inherit iplz; db = { networking.firewall = { allowedTCPPorts = [ 5432 ]; allowedUDPPortRanges = [ { from = 1; to = 9; } ]; }; };/' app/nix/hosts.nix
fact build-two-hosts flake build .#deployment --out-link "$facts/two-hosts"
record two-hosts "$facts/two-hosts/bin/deployment" synth
cp "$facts/hosts.nix" app/nix/hosts.nix

for package in iplz-system live-systems bootstrap-image iplz-image iplz-server leaked-imports nixos-deploy npm-package iplz-vm vm; do
  fact "build-$package" flake build ".#$package" --out-link "$facts/$package"
done
fact check-service flake build .#checks.x86_64-linux.service --no-link
fact check-application flake build .#checks.x86_64-linux.application --no-link
for shell in default immutable live deployment; do
  # shellcheck disable=SC2016 # the inner shell's variables
  fact "shell-$shell" flake develop ".#$shell" --command bash -c \
    'command -v cdktf node tofu nixos-deploy >&2 && env | grep -E "^(HOSTS|BOOTSTRAP)_FILE" | sort'
done

cp "$(readlink -f "$facts/bootstrap-image")/bootstrap.vhd" "$facts/bootstrap.vhd"
cp "$(readlink -f "$facts/bootstrap-image")/nix-support/image-info.json" "$facts/image-info.json"
fact service-unit cat "$facts/iplz-system/etc/systemd/system/iplz.service"
fact run-immutable-version flake run .#immutable -- --version
mkdir "$facts/elsewhere"
fact run-immutable-elsewhere env --chdir "$facts/elsewhere" "$facts/immutable/bin/immutable" deploy
cp cdktf.json "$facts/elsewhere"
fact run-immutable-outside-git env --chdir "$facts/elsewhere" "$facts/immutable/bin/immutable" output
fact run-preview-outside-git env --chdir "$facts/elsewhere" "$facts/preview/bin/preview"
fact run-nixos-deploy-help "$facts/nixos-deploy/bin/nixos-deploy" --help
for stack in immutable live; do
  record "preview-$stack" "$facts/preview/bin/preview" $stack
done
STATE_BUCKET=a-bucket record state "$facts/state/bin/state" synth
record preview-both "$facts/preview/bin/preview" immutable nothing

"$facts/iplz-server/bin/iplz-server" --host 127.0.0.1 --port 8000 >"$facts/server.log" 2>&1 &
fact answer curl --silent --show-error --retry 50 --retry-delay 0 --retry-connrefused --max-time 10 http://127.0.0.1:8000/
kill %1

# Which stacks the commits of CI's script reach. It calls nix as it is: here with the stub.
mkdir "$facts/bin"
cat >"$facts/bin/nix" <<END
#!/usr/bin/env bash
exec $(command -v nix) "\$1" --no-write-lock-file --override-input nixpkgs path:$stub \\
  --override-input nixpkgs-bootstrap path:$stub "\${@:2}"
END
chmod +x "$facts/bin/nix"
# reached NAME: of a commit of what was changed.
reached() {
  git -c user.name=x -c user.email=x@example.org commit --quiet --all --message "$1"
  PATH=$facts/bin:$PATH GITHUB_OUTPUT=$facts/$1.output STACKS='immutable live' STATE_BUCKET=a-bucket \
    SSH_CIDRS=203.0.113.7/32 fact "$1" scripts/ci/reached-stacks.sh HEAD~
}
git -c user.name=x -c user.email=x@example.org commit --quiet --all --message before
sed -i 's/{request.remote_addr}/You come from {request.remote_addr}/' app/iplz.py
reached reached-application
sed -i '0,/inherit iplz;/s//inherit iplz; db = { };/' app/nix/hosts.nix
reached reached-second-host
