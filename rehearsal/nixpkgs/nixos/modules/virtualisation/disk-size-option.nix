# virtualisation.diskSize, in MiB: only checked; the stub's image is as large as its contents.
{ lib, ... }:
{
  options.virtualisation.diskSize = lib.mkOption {
    type = lib.types.either (lib.types.enum [ "auto" ]) lib.types.ints.positive;
    default = "auto";
  };
}
