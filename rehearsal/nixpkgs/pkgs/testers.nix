# VM tests: the stub evaluates the machines and checks the script's syntax. It runs nothing.
pkgs: { }
