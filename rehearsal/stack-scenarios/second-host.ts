import { describe } from '../reporter';
import { expectEqual, type StackScenario } from './stack-scenario';

const HOSTS = 'app/nix/hosts.nix';
const LIVE = 'live = {\n    inherit iplz;\n';
const PORT = 'live = {\n    iplz = { imports = [ iplz ]; networking.firewall.allowedTCPPorts = [ 443 ]; };\n';
const SECOND = `${LIVE}    db = {\n      networking.firewall.allowedTCPPorts = [ 5432 ];\n    };\n`;

export const scenario: StackScenario = {
  name: 'second-host',
  stack: 'live',
  attachedProvider: true,
  summary:
    'a port opened in NixOS changes the security group alone; a second host is three lines: its instance, its group, its deployment, and no other',
  async run(runner) {
    const { workspace, reporter } = runner;
    /** Plan both stacks, and compare what of them changes. */
    const plan = async (name: string, live: readonly string[], deployment: readonly string[]) =>
      reporter.step(name, 'live', async () => {
        const counts = await workspace.plan('live');
        expectEqual(`live: ${name}`, (await workspace.plannedChanges('live')).join(' '), live.join(' '));
        const deployed = (await workspace.plannedChanges('deployment')).join(' ');
        expectEqual(`deployment: ${name}`, deployed, deployment.join(' '));
        reporter.note(describe(counts));
        return { plan: counts };
      });

    await runner.deploy('deploy one host');
    workspace.edit(HOSTS, LIVE, PORT);
    await plan(
      'plan of a port that its NixOS opens',
      ['update aws_security_group.security_group_iplz'],
      ['delete/create null_resource.nixos_deployment_iplz'],
    );

    workspace.restore(HOSTS);
    workspace.edit(HOSTS, LIVE, SECOND);
    await reporter.step('deploy a second host', 'live', async () => {
      const before = await workspace.stateOf('live', 'deployment');
      await workspace.cdktf('live', 'deploy', '--auto-approve');
      const added = (await workspace.stateOf('live', 'deployment')).filter((one) => !before.includes(one));
      expectEqual(
        'what was made',
        added.join(' '),
        'aws_instance.host_db aws_security_group.security_group_db null_resource.nixos_deployment_db',
      );
      return undefined;
    });
    await plan('plan with nothing changed', [], []);

    workspace.restore(HOSTS);
    await plan(
      'plan of taking it out of the list',
      ['delete aws_instance.host_db', 'delete aws_security_group.security_group_db'],
      ['delete null_resource.nixos_deployment_db'],
    );
  },
  async end(runner) {
    await runner.destroy();
  },
};
