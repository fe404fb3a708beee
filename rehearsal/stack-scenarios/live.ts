import { EMPTY, expectDifferent, expectEqual, type StackScenario } from './stack-scenario';

export const scenario: StackScenario = {
  name: 'live',
  stack: 'live',
  summary: 'from one changed line to the same machine with a new system',
  async run(runner) {
    const { workspace, reporter } = runner;
    await runner.build('bootstrap-image');
    await runner.plan('plan of the first deployment', { add: 14, change: 0, destroy: 0 });
    const first = await runner.deploy('deploy');
    await runner.plan('plan with nothing changed', EMPTY, EMPTY);

    await runner.changeLine();
    await runner.plan('plan of the changed line', EMPTY, { add: 1, change: 0, destroy: 1 });
    let answer = '';
    await reporter.step('deploy the changed line', 'deployment', async () => {
      await workspace.cdktf('deployment', 'deploy', '--auto-approve');
      answer = await workspace.answer(first.url);
      expectDifferent('the answer', first.answer, answer);
      return { answer };
    });
    await runner.plan('plan after the deployment', EMPTY, EMPTY);

    await reporter.step('host keys on the console', 'live', async () => {
      const address = await workspace.output('live', 'public_ip');
      const printed = await workspace.ssh(
        address,
        'journalctl --boot --unit=print-host-key.service --output=cat | grep --count ^Finished',
      );
      expectEqual('times that they were printed, at boot and by each of two switches', printed.trim(), '3');
      return undefined;
    });

    await reporter.step('reboot the machine', 'live', async () => {
      await workspace.reboot(await workspace.output('live', 'public_ip'));
      expectEqual('the answer after a reboot', await workspace.answer(first.url), answer);
      return { answer };
    });

    const undo = workspace.bumpBootstrapNixpkgs();
    await runner.plan('plan of another bootstrap image', { add: 2, change: 1, destroy: 2 }, EMPTY);
    undo();

    await workspace.terraform('live', 'taint', 'aws_instance.host_iplz');
    await runner.plan('plan of an instance to be replaced', { add: 1, change: 0, destroy: 1 });
    await workspace.terraform('live', 'untaint', 'aws_instance.host_iplz');
  },
  async end(runner) {
    await runner.destroy();
  },
};
