# The system as a virtual machine to try out: `curl localhost:8001` on the computer that runs it.
{ modulesPath, ... }:
{
  imports = [ "${modulesPath}/virtualisation/qemu-vm.nix" ];

  networking.hostName = "iplz"; # CUSTOMIZE: what it calls itself
  services.getty.autologinUser = "root";
  virtualisation = {
    # The terminal that starts the machine is its console, and nothing of it stays on disk.
    graphics = false;
    diskImage = null;
    forwardPorts = [
      {
        from = "host";
        host.port = 8001;
        guest.port = 80; # CUSTOMIZE: what it listens on
      }
    ];
  };
}
