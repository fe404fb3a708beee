{
  description = "An application on NixOS and AWS";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    # CUSTOMIZE: where you took this template from.
    iplz-deploy.url = "git+https://example.org/iplz-deploy";
    iplz-deploy.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { self, iplz-deploy, ... }:
    iplz-deploy.lib.deployment {
      inherit self;
      hosts = {
        # An instance that stays, and gets each new system: nix run .#live -- deploy
        live.web = ./hosts/web.nix;
        # An image; another one is another instance: nix run .#immutable -- deploy
        immutable.web = ./hosts/web.nix;
        # A virtual machine on this computer: nix run .#vm
        vm = ./hosts/web.nix;
      };
    };
}
