import { Resource } from '@cdktf/provider-null/lib/resource';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { NixosDeployment } from '../constructs/nixos-deployment';
import { PushedSystems } from '../constructs/pushed-systems';
import { findSecrets } from '../constructs/secrets-folder';
import type { LiveHost } from '../inputs/hosts';
import type { DeploymentInputs } from '../inputs';
import { buildBeforeApply } from './builds';
import { LiveState } from './live-state';
import { configureNullProvider } from './null-provider';
import { projectPath } from './project-path';
import { configureBackend } from './state-backend';

/**
 * The system of each host of `live`, deployed again and again. It reads what `live` made from that
 * stack's state and has no AWS provider: a deployment cannot touch hardware.
 */
export class DeploymentStack extends TerraformStack {
  /** The deployment to each host, by its name. */
  readonly deployments: ReadonlyMap<string, NixosDeployment>;

  constructor(scope: Construct, id: string, inputs: DeploymentInputs) {
    super(scope, id);
    configureNullProvider(this);
    configureBackend(this, inputs);

    const live = new LiveState(this, 'live', inputs);
    const folder = findSecrets('secrets');
    const pushed = pushSystems(this, live, inputs.hosts);
    const deployments = new Map<string, NixosDeployment>();
    let before: readonly NixosDeployment[] = [];
    for (const [number, wave] of wavesOf(inputs.hosts)) {
      // All of a wave wait for one thing that waits for all of the wave before: each for each would be many.
      const after =
        before.length === 0 ? [] : [new Resource(this, `before_wave_${number}`, { dependsOn: [...before] })];
      before = wave.map(({ name, toplevel, healthCheck, secrets, binaryCache }) => {
        const deployment = new NixosDeployment(this, `nixos_deployment_${name}`, {
          host: live.host(name),
          name,
          toplevel,
          projectPath: projectPath(this),
          ...(folder && { secrets: { ...folder, ...(secrets && { names: secrets }) } }),
          ...(healthCheck !== undefined && { healthCheck }),
          ...(binaryCache && pushed && { binaryCache: pushed }),
          after: [...after, ...(binaryCache && pushed ? [pushed] : [])],
        });
        deployments.set(name, deployment);
        return deployment;
      });
    }
    this.deployments = deployments;
    buildBeforeApply(
      this,
      inputs.hosts.map(({ derivation }) => derivation),
    );
  }
}

/** The systems of hosts that have them from the binary cache are pushed there before anybody needs them. */
function pushSystems(
  stack: DeploymentStack,
  live: LiveState,
  hosts: readonly LiveHost[],
): PushedSystems | undefined {
  const toplevels = hosts.filter(({ binaryCache }) => binaryCache).map(({ toplevel }) => toplevel);
  if (toplevels.length === 0) return undefined;
  return new PushedSystems(stack, 'pushed_systems', { url: live.binaryCacheUrl, toplevels });
}

/** The hosts of each wave by its number, the first wave first. */
function wavesOf(hosts: readonly LiveHost[]): readonly (readonly [number, readonly LiveHost[]])[] {
  const numbers = [...new Set(hosts.map(({ wave }) => wave))].sort((a, b) => a - b);
  return numbers.map((number) => [number, hosts.filter(({ wave }) => wave === number)]);
}
