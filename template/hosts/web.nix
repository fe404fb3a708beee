# A host: the application, its port, and how it is known to be well.
{ lib, pkgs, ... }:
let
  port = 80;
  # CUSTOMIZE: the application. This one answers with a page.
  page = pkgs.writeTextDir "index.html" ''
    Hello from NixOS
  '';
  program = "${lib.getExe pkgs.python3} -m http.server ${toString port} --directory ${page}";
in
{
  networking.firewall.allowedTCPPorts = [ port ];

  # Asked by the computer that deploys, until it succeeds or a minute is over: then the old system is back.
  deployment.healthCheck = ''
    curl --fail --silent --show-error --max-time 5 "http://$TARGET_HOST:${toString port}/"
  '';

  systemd.services.web = {
    description = "The application";
    wantedBy = [ "multi-user.target" ];
    after = [ "network.target" ];
    serviceConfig = {
      ExecStart = program;
      Restart = "always";
      # A user of its own, which may open a port below 1024.
      DynamicUser = true;
      AmbientCapabilities = [ "CAP_NET_BIND_SERVICE" ];
      CapabilityBoundingSet = [ "CAP_NET_BIND_SERVICE" ];
      NoNewPrivileges = true;
      ProtectSystem = "strict";
      ProtectHome = true;
      PrivateTmp = true;
    };
  };
}
