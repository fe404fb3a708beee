import type { Port } from '../constructs/host-security-group';
import type { NixSystem } from '../constructs/nix-system';

/** What is known of a host before anything of it is built. */
export interface Host {
  /** Its name: what the stacks call its parts derives from it. */
  readonly name: string;
  /** TCP ports that the world may reach; ssh is none of them. */
  readonly tcpPorts: readonly Port[];
  /** UDP ports that the world may reach. */
  readonly udpPorts: readonly Port[];
  /** EC2 instance type; absent: the default of its platform. */
  readonly instanceType?: string;
  /** Size of the root volume in GiB; absent: the image's. */
  readonly rootVolumeGib?: number;
  /** Command that exits 0 when the host at TARGET_HOST is well; absent: nothing is asked. */
  readonly healthCheck?: string;
  /** Subnet that its instance is in; absent: one of the default VPC. */
  readonly subnetId?: string;
  /** VPC that the subnet is expected to be of; absent: whichever it is of. */
  readonly vpcId?: string;
  /** Whether its instance has a public address; absent: it has. */
  readonly publicAddress?: boolean;
  /** Whether it has an elastic address, which another instance takes over; absent: it has not. */
  readonly stableAddress?: boolean;
  /** Name of an instance profile that there is: what the host may do in AWS; absent: nothing. */
  readonly instanceProfile?: string;
  /** Whether AWS Session Manager may reach it, by an instance profile of its own; absent: it may not. */
  readonly sessionManager?: boolean;
  /** Whether its system comes from the binary cache that `live` makes; absent: the deployer sends it. */
  readonly binaryCache?: boolean;
}

/** A host whose system is deployed to an instance that stays. */
export interface LiveHost extends Host {
  /** Store path of its system. */
  readonly toplevel: string;
  /** The derivation that builds the system; absent: it is built already. */
  readonly derivation?: string;
  /** It is deployed once all hosts of earlier waves are. */
  readonly wave: number;
  /** Names of the encrypted files that its system asks for, without `.age`; absent: any of the folder. */
  readonly secrets?: readonly string[];
}

/** A host that is its image: a change is another instance. */
export interface ImmutableHost extends Host {
  /** Platform of its image. */
  readonly system: NixSystem;
  /** Absolute path of its disk image. */
  readonly imagePath: string;
  /** The derivation that builds the image; absent: it is built already. */
  readonly derivation?: string;
}
