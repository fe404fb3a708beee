# The metadata service of VM tests.
{ pkgs }:
pkgs.writeShellApplication {
  name = "imds-server";
  text = "exit 1";
}
