import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { NixosDeployment } from '../constructs/nixos-deployment';
import type { DeploymentInputs } from '../inputs';
import { secretsFor } from './live-secrets';
import { LiveState } from './live-state';
import { configureNullProvider } from './null-provider';
import { projectPath } from './project-path';
import { configureBackend } from './state-backend';

/**
 * The system of each host of `live`, deployed again and again. It reads what `live` made from that
 * stack's state and has no AWS provider: a deployment cannot touch hardware.
 */
export class DeploymentStack extends TerraformStack {
  constructor(scope: Construct, id: string, inputs: DeploymentInputs) {
    super(scope, id);
    configureNullProvider(this);
    configureBackend(this, inputs.stateBucket);

    const live = new LiveState(this, 'live', inputs.stateBucket);
    for (const { name, toplevel } of inputs.hosts) {
      const secrets = secretsFor(toplevel);
      new NixosDeployment(this, `nixos_deployment_${name}`, {
        host: live.host(name),
        toplevel,
        projectPath: projectPath(this),
        ...(secrets && { secrets }),
        // CUSTOMIZE: what the deployer asks it, and takes for an answer.
        healthCheck: 'curl --fail --silent --show-error --max-time 5 "http://$TARGET_HOST/"',
      });
    }
  }
}
