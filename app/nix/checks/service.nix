# The service on a host of its own, asked by another.
{
  name = "iplz-service";

  nodes = {
    server = {
      imports = [ ../module.nix ];
      services.iplz.enable = true;
    };
    client =
      { pkgs, ... }:
      {
        environment.systemPackages = [ pkgs.curl ];
      };
  };

  testScript =
    { nodes, ... }:
    let
      addressOf = node: node.networking.primaryIPAddress;
    in
    ''
      start_all()
      server.wait_for_unit("iplz.service")
      server.wait_for_open_port(80)
      client.wait_for_unit("multi-user.target")
      ask = "curl --silent --show-error --fail --max-time 10 http://${addressOf nodes.server}/"

      with subtest("a client gets its own address"):
          answer = client.succeed(ask)
          assert answer == "${addressOf nodes.client}\n", f"{answer=}"

      with subtest("a header cannot change the answer"):
          answer = client.succeed(ask + " --header 'X-Forwarded-For: 192.0.2.1'")
          assert answer == "${addressOf nodes.client}\n", f"{answer=}"

      with subtest("a killed service comes back"):
          server.succeed("systemctl kill --signal=KILL iplz.service")
          client.wait_until_succeeds(ask, timeout=30)

      with subtest("it runs as nobody in particular, with one capability"):
          server.succeed("test $(systemctl show --property=MainPID --value iplz.service) != 0")
          user = server.succeed(
              "stat --format=%u /proc/$(systemctl show --property=MainPID --value iplz.service)"
          )
          assert int(user) != 0, f"{user=}"
          capabilities = server.succeed(
              "grep CapEff /proc/$(systemctl show --property=MainPID --value iplz.service)/status"
          )
          # CAP_NET_BIND_SERVICE is bit 10.
          assert capabilities.split()[1] == f"{1 << 10:016x}", f"{capabilities=}"

      with subtest("systemd finds little to reproach: an exposure of 2.0 at most"):
          server.succeed("systemd-analyze security --threshold=20 --no-pager iplz.service")

      with subtest("that check can fail: without the hardening the exposure is higher"):
          server.succeed("systemd-run --unit=bare --property=Restart=no sleep infinity")
          server.fail("systemd-analyze security --threshold=20 --no-pager bare.service")
    '';
}
