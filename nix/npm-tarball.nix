# One package of package-lock.json, as npm itself fetches it.
#
# The lock file has a hash for each package and, since npm resolves names again on every
# machine, no address. So npm looks the address up in the registry it is set to, and the
# hash in the lock decides whether what came is right.
{
  lib,
  runCommand,
  cacert,
  nodejs_22,
}:
{
  name,
  version,
  integrity,
}:
runCommand "${lib.replaceStrings [ "@" "/" ] [ "" "-" ] name}-${version}.tgz"
  {
    nativeBuildInputs = [ nodejs_22 ];
    outputHashMode = "flat";
    outputHashAlgo = "sha512";
    outputHash = integrity;
    impureEnvVars = lib.fetchers.proxyImpureEnvVars;
    NODE_EXTRA_CA_CERTS = "${cacert}/etc/ssl/certs/ca-bundle.crt";
    npm_config_update_notifier = "false";
  }
  ''
    export HOME=$PWD
    npm pack --silent --ignore-scripts ${lib.escapeShellArg "${name}@${version}"}
    mv ./*.tgz "$out"
  ''
