# A flake of its own, so that the image is evaluated again only when what is here, or what these
# inputs are, is another: see bootstrap-file.nix, which gives them.
{
  description = "The file that says where the bootstrap image is, for each system";

  inputs = {
    nixpkgs.url = "nixpkgs";
    # A folder with the file of that name.
    authorized-keys.url = "authorized-keys";
    authorized-keys.flake = false;
  };

  outputs =
    { nixpkgs, authorized-keys, ... }:
    builtins.listToAttrs (
      map
        (system: {
          name = system;
          value =
            (import ./bootstrap.nix {
              inherit nixpkgs system;
              authorizedKeys = "${authorized-keys}/authorized-keys";
            }).file;
        })
        [
          "x86_64-linux"
          "aarch64-linux"
        ]
    );
}
