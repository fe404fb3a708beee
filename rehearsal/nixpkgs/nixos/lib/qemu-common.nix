# What a VM test starts its machine with.
{ stdenv, ... }:
{
  qemuBinary =
    qemu: "${qemu}/bin/qemu-system-${builtins.head (builtins.split "-" stdenv.hostPlatform.system)}";
}
