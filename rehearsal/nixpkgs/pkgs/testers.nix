# VM tests: nothing of one runs here, so building it fails, and says so.
pkgs: {
  testers.runNixOSTest =
    _:
    pkgs.runCommand "vm-test-run" { } ''
      echo 'the stand-in for nixpkgs cannot run virtual machines' >&2
      exit 1
    '';
}
