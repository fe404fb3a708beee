import { Resource } from '@cdktf/provider-null/lib/resource';
import { Construct } from 'constructs';

import { hashSecrets, type SecretsFolder } from './secrets-folder';

/** A host as its deployer needs it. */
export interface DeploymentTarget {
  /** The EC2 instance that it is: a new one is deployed to even if the system is the same. */
  readonly instanceId: string;
  /** The address or name that ssh connects to. */
  readonly address: string;
}

export interface NixosDeploymentProps {
  /** The host that is switched. */
  readonly host: DeploymentTarget;
  /** Store path of the system that it shall run. */
  readonly toplevel: string;
  /**
   * User on the target: root, or one with passwordless sudo.
   * @default root
   */
  readonly sshUser?: string;
  /**
   * Port of the target's ssh server.
   * @default 22
   */
  readonly sshPort?: number;
  /**
   * Jump host, as ssh's ProxyJump takes it: `[user@]host[:port]`.
   * @default none
   */
  readonly sshJump?: string;
  /**
   * How the machine's host key is trusted at first: as the machine printed it on its
   * console, which EC2 gives to whoever may call `ec2:GetConsoleOutput`, or as it comes.
   * @default console
   */
  readonly hostKey?: 'console' | 'first-use';
  /**
   * Command that runs on the deploying machine, with `TARGET_HOST` set, until it exits 0 or its limit is over.
   * @default none: a new ssh connection is the only proof of health
   */
  readonly healthCheck?: string;
  /**
   * The folder of known_hosts and of the secrets' folder, seen from where Terraform runs.
   * @default ../../.., the project's root from cdktf.out/stacks/<stack>
   */
  readonly projectPath?: string;
  /**
   * Encrypted secrets for systems that ask for them. Their ciphertext's hashes are triggers.
   * @default none, and those on the target are left alone
   */
  readonly secrets?: SecretsFolder;
  /**
   * Limits in seconds.
   * @default those of nixos-deploy: connect 300, activation 600, health 60, confirm 30
   */
  readonly timeouts?: DeploymentTimeouts;
  /**
   * Generations of the system kept on the target.
   * @default 5
   */
  readonly keepGenerations?: number;
  /**
   * Whether the target fetches what its own substituters have, in place of the deploying machine sending it.
   * @default false
   */
  readonly substituteOnTarget?: boolean;
  /**
   * A further substituter that the target asks; implies `substituteOnTarget`.
   * @default none
   */
  readonly binaryCache?: BinaryCache;
  /**
   * Whether units that fail to start are accepted.
   * @default false: the deployment fails and is rolled back
   */
  readonly allowFailedUnits?: boolean;
  /**
   * Whether the target may be rebooted when NixOS refuses to switch it while it runs.
   * @default false: the deployment fails, the machine unchanged
   */
  readonly allowReboot?: boolean;
}

export interface BinaryCache {
  /** Where it is, such as `https://cache.example.org`; a password in it would be in plan, state and processes. */
  readonly url: string;
  /**
   * Key that its paths are signed with, as `name:base64`.
   * @default none: one that the target trusts anyway
   */
  readonly publicKey?: string;
}

export interface DeploymentTimeouts {
  /** Seconds until the target must answer ssh. */
  readonly connect?: number;
  /** Seconds that the switch may take. */
  readonly activation?: number;
  /** Seconds until the health check must succeed. */
  readonly health?: number;
  /** Seconds that the target waits beyond those of health before it rolls itself back. */
  readonly confirm?: number;
}

/** The system that a running machine shall have: a change of either runs nixos-deploy. */
export class NixosDeployment extends Construct {
  constructor(scope: Construct, id: string, props: NixosDeploymentProps) {
    super(scope, id);
    requireWhole('sshPort', props.sshPort);
    requireWhole('keepGenerations', props.keepGenerations);
    const { connect, activation, health, confirm } = props.timeouts ?? {};
    for (const [name, seconds] of Object.entries({ connect, activation, health, confirm })) {
      requireWhole(`timeouts.${name}`, seconds);
    }
    if (props.binaryCache) requireNoPassword('binaryCache.url', props.binaryCache.url);

    const { instanceId, address } = props.host;
    new Resource(this, 'Default', {
      triggers: {
        toplevel: props.toplevel,
        instance_id: instanceId,
        ...secretTriggers(props.secrets),
      },
      provisioners: [
        {
          type: 'local-exec',
          // No value in the command: what it needs travels by environment.
          command: 'nixos-deploy',
          environment: {
            TARGET_HOST: address,
            TOPLEVEL: props.toplevel,
            INSTANCE_ID: instanceId,
            KNOWN_HOSTS_FILE: `${props.projectPath ?? PROJECT}/known_hosts`,
            ...optional(props),
          },
        },
      ],
    });
  }
}

const PROJECT = '../../..';

function secretTriggers(secrets: SecretsFolder | undefined): Record<string, string> {
  const hashes = Object.entries(secrets ? hashSecrets(secrets) : {});
  return Object.fromEntries(hashes.map(([name, hash]) => [`secret_${name}`, hash]));
}

/** The variables of what was chosen; nixos-deploy has its own defaults for the others. */
function optional(props: NixosDeploymentProps): Record<string, string> {
  const chosen = {
    SSH_USER: props.sshUser,
    SSH_PORT: props.sshPort,
    SSH_JUMP: props.sshJump,
    HOST_KEY: props.hostKey,
    HEALTH_CHECK: props.healthCheck,
    SECRETS_DIR: props.secrets && `${props.projectPath ?? PROJECT}/${props.secrets.folder}`,
    CONNECT_TIMEOUT: props.timeouts?.connect,
    ACTIVATION_TIMEOUT: props.timeouts?.activation,
    HEALTH_TIMEOUT: props.timeouts?.health,
    CONFIRM_TIMEOUT: props.timeouts?.confirm,
    KEEP_GENERATIONS: props.keepGenerations,
    SUBSTITUTE_ON_TARGET: props.substituteOnTarget,
    BINARY_CACHE: props.binaryCache?.url,
    BINARY_CACHE_KEY: props.binaryCache?.publicKey,
    ALLOW_FAILED_UNITS: props.allowFailedUnits,
    ALLOW_REBOOT: props.allowReboot,
  };
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'boolean' ? String(Number(value)) : String(value)]],
    ),
  );
}

function requireWhole(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
    throw new Error(`${name} must be a whole number above 0, got: ${value}`);
  }
}

function requireNoPassword(name: string, url: string): void {
  if (/^[^/]*\/\/[^/]*@/.test(url)) {
    // Not quoted: this message is in logs.
    throw new Error(`${name} must have no user and password, got one: let the target's netrc-file have them`);
  }
}
