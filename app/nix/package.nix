# The application as a Python package.
{
  lib,
  buildPythonPackage,
  setuptools,
  falcon,
}:
buildPythonPackage {
  pname = "iplz";
  version = "0.1.0";
  pyproject = true;
  src = builtins.path {
    name = "iplz-source";
    path = ../.;
    filter = path: _: baseNameOf path != "nix";
  };
  build-system = [ setuptools ];
  dependencies = [ falcon ];
  pythonImportsCheck = [ "iplz" ];
  meta = {
    description = "Answers each client with the address it comes from";
    license = lib.licenses.mit;
  };
}
