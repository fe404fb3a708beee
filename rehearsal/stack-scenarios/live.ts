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
    await runner.plan('plan with nothing changed', EMPTY);

    await runner.changeLine();
    await runner.plan('plan of the changed line', { add: 1, change: 0, destroy: 1 });
    const second = await runner.deploy('deploy the changed line');
    expectDifferent('the answer', first.answer, second.answer);
    expectEqual('the address', second.url, first.url);

    await reporter.step('reboot the machine', 'live', async () => {
      await workspace.reboot(await workspace.output('live', 'public_ip'));
      const answer = await workspace.answer(second.url);
      expectEqual('the answer after a reboot', answer, second.answer);
      return { answer };
    });

    const undo = workspace.bumpBootstrapNixpkgs();
    await runner.plan('plan of another bootstrap image', { add: 2, change: 1, destroy: 2 });
    undo();

    await workspace.terraform('live', 'taint', 'aws_instance.host');
    await runner.plan('plan of a machine to be replaced', { add: 2, change: 0, destroy: 2 });
    await workspace.terraform('live', 'untaint', 'aws_instance.host');
  },
  async end(runner) {
    await runner.destroy();
  },
};
