import { relative, resolve } from 'node:path';

import { Resource } from '@cdktf/provider-null/lib/resource';
import { App, type ITerraformDependable, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import type { Name } from '../nixos-deploy/settings';
import { variable } from './nixos-deploy-variable';
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
  /**
   * What the host is called in a summary of several.
   * @default none: it is in no summary
   */
  readonly name?: string;
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
   * How the host's key is trusted at first: as the host printed it on its
   * console, which EC2 gives to whoever may call `ec2:GetConsoleOutput`, or as it comes.
   * @default console
   */
  readonly hostKey?: 'console' | 'first-use';
  /**
   * Command that exits 0 when the host is healthy. It runs on the deploying machine by bash, with `TARGET_HOST` set, again
   * and again until it succeeds or `timeouts.health` is over; then the deployment fails and is rolled back.
   * @default none: a new ssh connection is the only proof of health
   */
  readonly healthCheck?: string;
  /**
   * The folder of known_hosts and of the secrets' folder, seen from where Terraform runs.
   * @default the folder that synth runs in, seen from the stack's folder in the app's output folder
   */
  readonly projectPath?: string;
  /**
   * Encrypted secrets for systems that ask for them. Their ciphertext's hashes are triggers.
   * @default none, and those on the target are left alone
   */
  readonly secrets?: SecretsFolder;
  /**
   * Limits in seconds.
   * @default each its own
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
   * @default false: the deployment fails, the host unchanged
   */
  readonly allowReboot?: boolean;
  /**
   * What must be there before this deployment starts, such as others; when one of them fails, it is not tried.
   * @default none
   */
  readonly after?: readonly ITerraformDependable[];
}

export interface BinaryCache {
  /** Where it is, such as `https://cache.example.org`; a password in it would be in plan, state and processes. */
  readonly url: string;
  /**
   * Key that its paths are signed with, as `name:base64`.
   * @default none: that of the deploying machine's own key, which `PushedSystems` signs with
   */
  readonly publicKey?: string;
}

export interface DeploymentTimeouts {
  /**
   * Seconds until the target must answer ssh.
   * @default 300
   */
  readonly connect?: number;
  /**
   * Seconds that the switch may take.
   * @default 600
   */
  readonly activation?: number;
  /**
   * Seconds until the health check must succeed.
   * @default 60
   */
  readonly health?: number;
  /**
   * Seconds that the target waits beyond those of health before it rolls itself back.
   * @default 30
   */
  readonly confirm?: number;
}

/** The system that a running host shall have: a change of either runs nixos-deploy. */
export class NixosDeployment extends Construct implements ITerraformDependable {
  readonly resource: Resource;
  /** By this, others may wait for it. */
  readonly fqn: string;

  constructor(scope: Construct, id: string, props: NixosDeploymentProps) {
    super(scope, id);
    const { instanceId, address } = props.host;
    const projectPath = props.projectPath ?? workingFolderSeenFrom(TerraformStack.of(this));
    this.resource = new Resource(this, 'Default', {
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
            TARGET_HOST: variable('TARGET_HOST', 'host.address', address),
            TOPLEVEL: variable('TOPLEVEL', 'toplevel', props.toplevel),
            INSTANCE_ID: variable('INSTANCE_ID', 'host.instanceId', instanceId),
            KNOWN_HOSTS_FILE: `${projectPath}/known_hosts`,
            ...optional(props, projectPath),
          },
        },
      ],
      ...(props.after?.length && { dependsOn: [...props.after] }),
    });
    this.fqn = this.resource.fqn;
  }
}

/** cdktf has Terraform run in `stacks/<stack>` of the app's output folder. */
function workingFolderSeenFrom(stack: TerraformStack): string {
  return relative(resolve(App.of(stack).outdir, 'stacks', stack.node.id), '.');
}

function secretTriggers(secrets: SecretsFolder | undefined): Record<string, string> {
  const hashes = Object.entries(secrets ? hashSecrets(secrets) : {});
  return Object.fromEntries(hashes.map(([name, hash]) => [`secret_${name}`, hash]));
}

/**
 * The variables of what was chosen; nixos-deploy has its own defaults for the others.
 *
 * @throws Error for a value that nixos-deploy would refuse
 */
function optional(props: NixosDeploymentProps, projectPath: string): Record<string, string> {
  const { timeouts, binaryCache, secrets } = props;
  const chosen: readonly (readonly [Name, string, string | number | boolean | undefined])[] = [
    ['HOST_NAME', 'name', props.name],
    ['SSH_USER', 'sshUser', props.sshUser],
    ['SSH_PORT', 'sshPort', props.sshPort],
    ['SSH_JUMP', 'sshJump', props.sshJump],
    ['HOST_KEY', 'hostKey', props.hostKey],
    ['HEALTH_CHECK', 'healthCheck', props.healthCheck],
    ['SECRETS_DIR', 'secrets.folder', secrets && `${projectPath}/${secrets.folder}`],
    ['CONNECT_TIMEOUT', 'timeouts.connect', timeouts?.connect],
    ['ACTIVATION_TIMEOUT', 'timeouts.activation', timeouts?.activation],
    ['HEALTH_TIMEOUT', 'timeouts.health', timeouts?.health],
    ['CONFIRM_TIMEOUT', 'timeouts.confirm', timeouts?.confirm],
    ['KEEP_GENERATIONS', 'keepGenerations', props.keepGenerations],
    ['SUBSTITUTE_ON_TARGET', 'substituteOnTarget', props.substituteOnTarget],
    ['BINARY_CACHE', 'binaryCache.url', binaryCache?.url],
    ['BINARY_CACHE_KEY', 'binaryCache.publicKey', binaryCache?.publicKey],
    ['ALLOW_FAILED_UNITS', 'allowFailedUnits', props.allowFailedUnits],
    ['ALLOW_REBOOT', 'allowReboot', props.allowReboot],
  ];
  if (timeouts?.confirm === 0 && props.healthCheck !== undefined) {
    throw new Error(
      'timeouts.confirm must be at least 1 with a healthCheck, whose failure could not be undone otherwise; got: 0',
    );
  }
  const variables: Record<string, string> = {};
  for (const [name, prop, value] of chosen) {
    if (value === undefined) continue;
    variables[name] = variable(name, prop, value);
  }
  return variables;
}
