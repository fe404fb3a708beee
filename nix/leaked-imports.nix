# Names what interrupted imports of images left in EC2, and how to remove it.
{
  writeShellApplication,
  awscli2,
  nodejs_22,
}:
writeShellApplication {
  name = "leaked-imports";
  runtimeInputs = [
    awscli2
    nodejs_22
  ];
  text = builtins.readFile ../scripts/leaked-imports.sh;
}
