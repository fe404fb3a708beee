# The system as a virtual machine to try out: `curl localhost:8001` on the computer that runs it.
{
  config,
  lib,
  modulesPath,
  ...
}:
{
  imports = [ "${modulesPath}/virtualisation/qemu-vm.nix" ];

  networking.hostName = lib.mkDefault "vm";
  services.getty.autologinUser = "root";
  virtualisation = {
    # The terminal that starts the machine is its console, and nothing of it stays on disk.
    graphics = false;
    diskImage = null;
    forwardPorts = [
      {
        from = "host";
        host.port = 8001;
        # The first port that the world may reach.
        guest.port = lib.head (lib.filter lib.isInt config.deployment.public.tcp ++ [ 80 ]);
      }
    ];
  };
}
