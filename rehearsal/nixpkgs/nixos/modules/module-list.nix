# The modules of every system. Options that they do not declare do not exist here.
[
  ./nixpkgs.nix
  ./assertions.nix
  ./etc.nix
  ./systemd.nix
  ./tmpfiles.nix
  ./login.nix
  ./networking.nix
  ./openssh.nix
  ./users.nix
  ./toplevel.nix
  ./image.nix
  ./settings.nix
  ./virtualisation/disk-size-option.nix
]
