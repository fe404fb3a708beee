# The service: services.iplz.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.iplz;
in
{
  imports = [
    ../../nix/modules/deployment.nix
    ../../nix/modules/secrets.nix
  ];

  options.services.iplz = {
    enable = lib.mkEnableOption "iplz, which answers each client with the address it comes from";
    package = mkOption {
      type = types.package;
      default = pkgs.callPackage ./server.nix { };
      defaultText = lib.literalExpression "iplz-server of this flake";
      description = "The package with the program `iplz-server`.";
    };
    port = mkOption {
      type = types.port;
      default = 80;
      description = "The TCP port to listen on, on every IPv4 address.";
    };
    openFirewall = mkOption {
      type = types.bool;
      default = true;
      description = "Whether to open the port in the firewall.";
    };
    greetingSecret = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "greeting";
      description = "The secret (see `secrets`) that each client gets after its address; null: none.";
    };
  };

  config = lib.mkIf cfg.enable {
    secrets = lib.mkIf (cfg.greetingSecret != null) {
      ${toString cfg.greetingSecret}.restartUnits = [ "iplz.service" ];
    };

    # What the deployer asks the host, and takes for an answer.
    deployment.healthCheck = lib.mkDefault ''
      curl --fail --silent --show-error --max-time 5 "http://$TARGET_HOST:${toString cfg.port}/"
    '';

    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall [ cfg.port ];

    systemd.services.iplz = {
      description = "iplz, the address of each client";
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      # What it waits for may take a while: systemd's five attempts in ten seconds are not all.
      startLimitIntervalSec = 0;
      # A switch restarts it once the new system is in place: it is away for a moment, not for the switch.
      stopIfChanged = false;
      serviceConfig = {
        Type = "simple";
        ExecStart = "${lib.getExe cfg.package} --host 0.0.0.0 --port ${toString cfg.port}";
        Restart = "always";
        RestartSec = 1;

        DynamicUser = true;
        # A port below 1024 is all that is asked of root. With PrivateUsers the capability
        # would be worth nothing: it must hold in the host's own network namespace.
        AmbientCapabilities = [ "CAP_NET_BIND_SERVICE" ];
        CapabilityBoundingSet = [ "CAP_NET_BIND_SERVICE" ];
        NoNewPrivileges = true;

        ProtectSystem = "strict";
        ProtectHome = true;
        PrivateTmp = true;
        PrivateDevices = true;
        ProtectProc = "invisible";
        ProcSubset = "pid";
        ProtectClock = true;
        ProtectHostname = true;
        ProtectKernelLogs = true;
        ProtectKernelModules = true;
        ProtectKernelTunables = true;
        ProtectControlGroups = true;
        UMask = "0077";

        RestrictAddressFamilies = [
          "AF_INET"
          "AF_INET6"
        ];
        RestrictNamespaces = true;
        RestrictRealtime = true;
        RestrictSUIDSGID = true;
        LockPersonality = true;
        MemoryDenyWriteExecute = true;
        RemoveIPC = true;
        SystemCallArchitectures = "native";
        SystemCallErrorNumber = "EPERM";
        SystemCallFilter = [
          "@system-service"
          "~@privileged"
          "~@resources"
        ];
      }
      // lib.optionalAttrs (cfg.greetingSecret != null) {
        LoadCredential = [ "greeting:/var/lib/secrets/${cfg.greetingSecret}" ];
      };
    };
  };
}
