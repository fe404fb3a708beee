# Python: the machine's interpreter, with packages that assemble.sh installed by pip.
pkgs:
let
  inherit (pkgs) lib machine;

  # What pip installed together is one tree; each package of it is that same tree.
  fromPip =
    tree: name:
    pkgs.runCommand "python3-${name}" { inherit tree; } ''
      [ -e "$tree/${name}" ] || { echo "assemble.sh installs no ${name}" >&2; exit 1; }
      mkdir -p $out
      ln -s "$tree" $out/site-packages
    '';
  toRun = fromPip ../site-packages-run;
  toTest = fromPip ../site-packages-test;

  # The package's Python modules, and its dependencies' folders beside them.
  buildPythonPackage =
    {
      pname,
      version,
      src,
      dependencies ? [ ],
      meta ? { },
      pyproject,
      build-system ? [ ],
      pythonImportsCheck ? [ ],
      passthru ? { },
    }:
    pkgs.runCommand "python3-${pname}-${version}" { inherit meta passthru src; } ''
      mkdir -p $out/site-packages
      cp -r "$src"/*.py $out/site-packages/
      for folder in ${toString (map (package: "${package}/site-packages") dependencies)}; do
        echo "$folder" >> $out/site-packages/${pname}.path
      done
      for module in ${toString pythonImportsCheck}; do
        PYTHONPATH=$out/site-packages:${searchPath dependencies} \
          ${machine.python} -B -c "import $module"
      done
    ''
    // {
      inherit dependencies;
    };

  closure =
    packages:
    lib.unique (lib.concatMap (package: [ package ] ++ closure (package.dependencies or [ ])) packages);
  searchPath =
    packages: lib.concatMapStringsSep ":" (package: "${package}/site-packages") (closure packages);

  packages = {
    inherit buildPythonPackage;
    callPackage = lib.callPackageWith (pkgs // packages);
    falcon = toRun "falcon";
    uvicorn = toRun "uvicorn" // {
      dependencies = map toRun [
        "click"
        "h11"
      ];
    };
    pytest = toTest "pytest";
    # The backend is not run: the stub copies the modules.
    setuptools = "setuptools";
  };

  # An interpreter that finds the chosen packages, and their commands.
  withPackages =
    choose:
    let
      chosen = searchPath (choose packages);
    in
    pkgs.runCommand "python3-env" { meta.mainProgram = "python3"; } ''
      mkdir -p $out/bin
      program() {
        printf '#!%s\nPYTHONPATH=%s exec %s -B %s"$@"\n' ${pkgs.runtimeShell} ${chosen} ${machine.python} "$2" > "$out/bin/$1"
        chmod 555 "$out/bin/$1"
      }
      program python3 ""
      program uvicorn '-m uvicorn '
      program pytest '-m pytest '
    '';
in
{
  python3 =
    pkgs.machinePrograms {
      name = "python3-machine";
      programs.python3 = machine.python;
      meta.mainProgram = "python3";
    }
    // {
      inherit withPackages;
      pkgs = packages;
    };
  python3Packages = packages;
}
