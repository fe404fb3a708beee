import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../../rehearsal/run-command';
import type { Workspace } from '../../rehearsal/workspace';
import { olderNix } from '../older-nix';

/** One way from a changed line to a host that runs it. */
export interface Contestant {
  readonly name: string;
  /** The project whose line is changed. */
  readonly workspace: Workspace;
  /** Where the host answers. */
  readonly url: string;
  readonly deploy: () => Promise<unknown>;
  /** It is run by cdktf, so its parts can be named. */
  readonly byCdktf: boolean;
}

export const DEPLOYMENT = 'stack deployment';
export const ONE_STACK = 'one stack, as it was';
export const DEPLOY_RS = 'deploy-rs, magic rollback';

/** `nix run .#deployment -- deploy`. */
export function deploymentStack(workspace: Workspace, url: string): Contestant {
  const deploy = async () => workspace.cdktf('deployment', 'deploy', '--auto-approve');
  return { name: DEPLOYMENT, workspace, url, deploy, byCdktf: true };
}

/**
 * Give a project the layout before there was a stack `deployment`: the deployment inside `live`, with the AWS provider,
 * run by a cdktf that starts as it comes.
 */
export function useOneStack(workspace: Workspace): void {
  workspace.edit('nix/cdktf.nix', '--require ${./load-later.cjs} ', '');
  workspace.edit('cdktf.json', 'main.ts', 'bench/loop/one-stack.ts');
}

/** `nix run .#live -- deploy live`, in a project that has one stack. */
export function oneStack(workspace: Workspace, url: string): Contestant {
  const deploy = async () => workspace.cdktf('live', 'deploy', 'live', '--auto-approve');
  return { name: ONE_STACK, workspace, url, deploy, byCdktf: true };
}

/**
 * What the guide does: the paths by evaluation, then one `terraform apply` of a module with the hardware and a
 * null_resource that runs nix-copy-closure and switch-to-configuration. The module is the one stack's JSON.
 */
export async function guide(workspace: Workspace, url: string): Promise<Contestant> {
  const stack = join(workspace.project, 'cdktf.out/stacks/live');
  const module = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')) as {
    variable?: Record<string, unknown>;
    resource: { null_resource: Record<string, unknown> };
  };
  const address = await workspace.output('live', 'public_ip');
  module.variable = { live_config_path: { type: 'string' } };
  module.resource.null_resource = {
    guide: {
      triggers: { live_config_path: '${var.live_config_path}' },
      provisioner: [
        {
          'local-exec': {
            command: `nix-copy-closure --to root@${address} \${var.live_config_path} && ssh $NIX_SSHOPTS root@${address} \${var.live_config_path}/bin/switch-to-configuration switch`,
          },
        },
      ],
    },
  };
  writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify(module));
  const options = ['-i', workspace.identity, '-o', `UserKnownHostsFile=${workspace.project}/known_hosts`];
  workspace.variables.NIX_SSHOPTS = options.join(' ');
  return {
    name: 'guide: terraform apply of one module',
    workspace,
    url,
    byCdktf: false,
    deploy: async () => {
      // The guide's wrapper names the bootstrap image as well, so both are evaluated.
      await workspace.build('bootstrap-image');
      workspace.variables.TF_VAR_live_config_path = await workspace.build('iplz-system');
      await workspace.terraform('live', 'apply', '-auto-approve', '-no-color');
    },
  };
}

/** deploy-rs with its magic rollback, on the host of another workspace; `program` is the path of its `deploy`. */
export async function deployRs(workspace: Workspace, url: string, program: string): Promise<Contestant> {
  const address = await workspace.output('live', 'public_ip');
  const flake = join(workspace.directory, 'deploy-rs');
  mkdirSync(flake);
  cpSync(join(program, '../activate'), join(flake, 'activate'));
  const known = `UserKnownHostsFile=${workspace.project}/known_hosts`;
  const sshOptions = ['-i', workspace.identity, '-o', known].map((word) => JSON.stringify(word));
  writeFileSync(
    join(flake, 'flake.nix'),
    `{
  inputs.nixpkgs.url = "path:${join(workspace.directory, 'nixpkgs')}";
  inputs.project.url = "git+file://${workspace.project}";
  inputs.project.inputs.nixpkgs.follows = "nixpkgs";
  inputs.project.inputs.nixpkgs-bootstrap.follows = "nixpkgs";
  outputs = { project, ... }: {
    deploy.nodes.host = {
      hostname = "${address}"; sshUser = "root"; sshOpts = [ ${sshOptions.join(' ')} ]; magicRollback = true;
      profiles.system = { user = "root"; path = derivation {
        name = "activatable"; system = "x86_64-linux"; builder = "/bin/sh";
        toplevel = project.packages.x86_64-linux.iplz-system; activate = ./activate;
        args = [ "-ec" ''
          PATH=/usr/bin:/bin; mkdir $out; ln -s $toplevel/* $out; ln -s $activate $out/activate-rs
          printf '#!/bin/sh\\nexec %s/bin/switch-to-configuration switch\\n' $toplevel >$out/deploy-rs-activate
          chmod +x $out/deploy-rs-activate
        '' ]; }; };
    };
  };
}
`,
  );
  const options = {
    cwd: flake,
    env: { ...workspace.environment, PATH: `${olderNix(workspace.directory)}:${process.env.PATH ?? ''}` },
    log: join(workspace.directory, 'logs/deploy-rs.log'),
    label: 'deploy-rs',
    limit: 300,
  };
  const deploy = async () => {
    // Its flake has to see the changed line: the lock file names the project as it was.
    await run(['nix', 'flake', 'lock', '--update-input', 'project', flake], options);
    await run([program, '--skip-checks', `${flake}#host.system`], options);
  };
  return { name: DEPLOY_RS, workspace, url, deploy, byCdktf: false };
}
