import type { Host } from './hosts';

/** The one host of whoever sets variables by hand, in place of HOSTS_FILE; its name is the project's. */
export const HOST_BY_HAND: Omit<Host, 'name'> = {
  tcpPorts: [80],
  udpPorts: [],
  healthCheck: 'curl --fail --silent --show-error --max-time 5 "http://$TARGET_HOST/"',
};

/** Room for several generations of its system, in GiB, where that is deployed to it. */
export const LIVE_ROOT_VOLUME_GIB = 20;

/** The release of flake.nix's nixpkgs: of the official AMI. */
export const RELEASE = '26.05';
