# nixos-deploy from one host to another, with a boot loader, so that reboots count.
{ pkgs, nixos-deploy }:
let
  inherit (pkgs) lib;
  keys = import (pkgs.path + "/nixos/tests/ssh-keys.nix") pkgs;

  target =
    { extendModules, ... }:
    let
      variant = module: (extendModules { modules = [ module ]; }).config.system.build.toplevel;
    in
    {
      imports = [ ../module.nix ];
      services.iplz.enable = true;
      services.openssh.enable = true;
      users.users.root.openssh.authorizedKeys.keys = [ keys.snakeOilPublicKey ];
      nix.settings.substituters = lib.mkForce [ ];

      # The machines of a test cannot switch unless this says so.
      system.switch.enable = true;
      virtualisation = {
        useBootLoader = true;
        useEFIBoot = true;
        writableStore = true;
      };
      boot.loader.systemd-boot.enable = true;
      boot.loader.efi.canTouchEfiVariables = true;
      boot.loader.timeout = 0;

      system.build.onAnotherPort = variant { services.iplz.port = lib.mkForce 8080; };
      system.build.withoutSsh = variant {
        systemd.services.sshd.serviceConfig.ExecStart = lib.mkForce "/run/current-system/sw/bin/false";
      };
    };
in
{
  name = "nixos-deploy";

  nodes = {
    inherit target;
    deployer =
      { nodes, ... }:
      {
        environment.systemPackages = [
          nixos-deploy
          pkgs.curl
        ];
        nix.settings.substituters = lib.mkForce [ ];
        system.extraDependencies = [
          nodes.target.system.build.onAnotherPort
          nodes.target.system.build.withoutSsh
        ];
      };
  };

  testScript =
    { nodes, ... }:
    let
      inherit (nodes.target.system.build) toplevel onAnotherPort withoutSsh;
    in
    ''
      limits = "HEALTH_TIMEOUT=30 CONFIRM_TIMEOUT=20 KNOWN_HOSTS_FILE=/root/known_hosts"


      def deploy(system, health):
          return (
              f"{limits} TARGET_HOST=target TOPLEVEL={system} SSH_IDENTITY_FILE=/root/key"
              f" HEALTH_CHECK='{health}' nixos-deploy"
          )


      def running():
          return target.succeed("readlink -f /run/current-system").strip()


      def answers(port):
          return f"curl --silent --fail --max-time 5 http://target:{port}/"


      start_all()
      target.wait_for_open_port(22)
      target.wait_for_open_port(80)
      deployer.wait_for_unit("multi-user.target")
      deployer.succeed("install -m 600 ${keys.snakeOilPrivateKey} /root/key")
      target.succeed("nix-env --profile /nix/var/nix/profiles/system --set ${toplevel}")

      with subtest("a system that breaks ssh is rolled back, and the deployment fails"):
          status, output = deployer.execute(deploy("${withoutSsh}", "true") + " 2>&1", timeout=300)
          assert status in (14, 16), f"{status=} {output=}"
          target.wait_until_succeeds("test $(readlink -f /run/current-system) = ${toplevel}", timeout=120)
          target.wait_for_open_port(22)

      with subtest("a failed health check is a rollback, too"):
          status, output = deployer.execute(deploy("${onAnotherPort}", "false") + " 2>&1", timeout=300)
          assert status == 15, f"{status=} {output=}"
          assert running() == "${toplevel}"

      with subtest("a power cut before the confirmation brings the old system back"):
          deployer.execute("(" + deploy("${onAnotherPort}", "sleep 300") + ") >&2 &")
          target.wait_until_succeeds("test $(readlink -f /run/current-system) = ${onAnotherPort}", timeout=120)
          target.crash()
          target.start()
          target.wait_for_open_port(80)
          assert running() == "${toplevel}"
          # In brackets, or the shell that runs pgrep would be found by its own command line.
          deployer.wait_until_fails("pgrep -f '[m]ain.cjs'", timeout=180)

      with subtest("a changed system is deployed"):
          deployer.succeed(deploy("${onAnotherPort}", answers(8080)))
          assert running() == "${onAnotherPort}"
          deployer.succeed(answers(8080))

      with subtest("it is still there after a reboot"):
          target.shutdown()
          target.start()
          target.wait_for_open_port(8080)
          assert running() == "${onAnotherPort}"

      with subtest("these checks can fail: without nixos-deploy the same system locks everybody out"):
          deployer.succeed(
              "NIX_SSHOPTS='-i /root/key -o UserKnownHostsFile=/root/known_hosts'"
              " nix-copy-closure --to root@target ${withoutSsh}"
          )
          target.execute("${withoutSsh}/bin/switch-to-configuration test >&2")
          deployer.fail("ssh -i /root/key -o UserKnownHostsFile=/root/known_hosts -o ConnectTimeout=5 root@target true")
          assert running() == "${withoutSsh}"
    '';
}
