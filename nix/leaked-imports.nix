# Names what interrupted imports of images left in EC2, and how to remove it.
{ writeShellApplication, awscli2 }:
writeShellApplication {
  name = "leaked-imports";
  runtimeInputs = [ awscli2 ];
  text = builtins.readFile ../scripts/leaked-imports.sh;
}
