# What the stacks are given: for each command a JSON file with what it needs to know of the hosts.
#
# The files are evaluated and written without building a thing that they name. They hold on to
# the derivations, so that an apply can still build them.
{
  lib,
  systems,
  images,
  system,
}:
let
  factsOf = host: {
    inherit system;
    inherit (host.config.deployment)
      instanceType
      rootVolumeGib
      healthCheck
      wave
      replicas
      public
      subnetId
      vpcId
      publicAddress
      stableAddress
      instanceProfile
      sessionManager
      binaryCache
      ;
    # Names, and the encrypted files in the project's folder `secrets`.
    secrets = lib.mapAttrs (_: secret: secret.file) host.config.secrets;
  };

  # A path that is not built, and the derivation that builds it.
  unbuilt = key: path: package: {
    ${key} = builtins.unsafeDiscardStringContext path;
    derivation = builtins.unsafeDiscardOutputDependency package.drvPath;
  };

  live = lib.mapAttrs (
    _: host:
    let
      inherit (host.config.system.build) toplevel;
    in
    factsOf host // unbuilt "toplevel" "${toplevel}" toplevel
  ) systems.live;
  immutable = lib.mapAttrs (
    name: host:
    factsOf host // unbuilt "image" (images.fileOf images.immutable.${name}) images.immutable.${name}
  ) systems.immutable;

  write = facts: builtins.toFile "hosts.json" (builtins.toJSON facts);
in
{
  immutable = write { hosts = immutable; };
  # The hardware is made from the bootstrap image, or from the official AMI of the release.
  live = write {
    hosts = live;
    bootstrap = unbuilt "image" (images.fileOf images.bootstrap) images.bootstrap;
    release = lib.trivial.release;
  };
  deployment = write { hosts = live; };
}
