{
  description = "From one line of an application to a running NixOS machine on AWS, and iplz as an example";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    # Named by revision, so that an update of the lock file leaves the bootstrap image alone.
    nixpkgs-bootstrap.url = "github:NixOS/nixpkgs/8eeec934ae0dbeca3d7868c059568a65c08b2fc3";
  };

  outputs =
    inputs:
    let
      deployment = import ./nix { inherit inputs; };
      iplz = import ./app/nix { inherit inputs deployment; };
    in
    {
      inherit (iplz)
        packages
        apps
        devShells
        formatter
        checks
        nixosConfigurations
        ;
      # The outputs of a project: its hosts' systems and images, and the commands that deploy them.
      lib = { inherit deployment; };
      nixosModules = {
        inherit (iplz.nixosModules) iplz;
        # What a host's own module may set: deployment.*, secrets.*.
        deployment.imports = [ ./nix/modules/deployment.nix ];
        secrets.imports = [ ./nix/modules/secrets.nix ];
      };
      # Needs no nixpkgs, so that `nix flake init` fetches none.
      templates.default = {
        path = ./template;
        description = "An application of your own on NixOS and AWS";
      };
    };
}
