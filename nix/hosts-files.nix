# What the stacks are given: for each command a JSON file with what it needs to know of the hosts.
{
  lib,
  systems,
  # By the names of their hosts.
  images,
  system,
}:
let
  inherit (import ./amazon-image.nix) fileOf;
  inherit (import ./facts.nix) unbuilt write;

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

  live = lib.mapAttrs (
    _: host:
    let
      inherit (host.config.system.build) toplevel;
    in
    factsOf host // unbuilt "toplevel" "${toplevel}" toplevel
  ) systems.live;
  immutable = lib.mapAttrs (
    name: host: factsOf host // unbuilt "image" (fileOf images.${name}) images.${name}
  ) systems.immutable;
in
{
  immutable = write "hosts.json" { hosts = immutable; };
  # With the release there is hardware to be made: from the bootstrap image, which has a file of its
  # own, or from the official AMI of the release.
  live = write "hosts.json" {
    hosts = live;
    release = lib.trivial.release;
  };
  deployment = write "hosts.json" { hosts = live; };
}
