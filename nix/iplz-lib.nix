# The application as a Python package.
{
  lib,
  buildPythonPackage,
  setuptools,
  falcon,
}:
# CUSTOMIZE: how the application is built.
buildPythonPackage {
  pname = "iplz";
  version = "0.1.0";
  pyproject = true;
  src = ../app;
  build-system = [ setuptools ];
  dependencies = [ falcon ];
  pythonImportsCheck = [ "iplz" ];
  meta = {
    description = "Answers each client with the address it comes from";
    license = lib.licenses.mit;
  };
}
