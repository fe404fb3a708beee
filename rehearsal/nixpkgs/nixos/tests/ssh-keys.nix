# Keys for VM tests. These are no keys: no test with machines runs with the stub.
pkgs: {
  snakeOilPrivateKey = pkgs.writeText "no-private-key" "none\n";
  snakeOilPublicKey = "ssh-ed25519 none";
}
