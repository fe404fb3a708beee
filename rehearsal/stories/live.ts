import { EMPTY, expectDifferent, expectEqual, type Story } from './story';

export const story: Story = {
  name: 'live',
  stack: 'live',
  summary: 'from one changed line to the same machine with a new system',
  async tell(teller) {
    const { stage, narrator } = teller;
    await teller.build('bootstrap-image');
    await teller.plan('plan of the first deployment', { add: 15, change: 0, destroy: 0 });
    const first = await teller.deploy('deploy');
    await teller.plan('plan with nothing changed', EMPTY);

    await teller.changeLine();
    await teller.plan('plan of the changed line', { add: 1, change: 0, destroy: 1 });
    const second = await teller.deploy('deploy the changed line');
    expectDifferent('the answer', first.answer, second.answer);
    expectEqual('the address', second.url, first.url);

    await narrator.step('reboot the machine', 'live', async () => {
      await stage.reboot(await stage.output('live', 'public_ip'));
      const answer = await stage.answer(second.url);
      expectEqual('the answer after a reboot', answer, second.answer);
      return { answer };
    });

    const undo = stage.bumpBootstrapNixpkgs();
    await teller.plan('plan of another bootstrap image', { add: 2, change: 1, destroy: 2 });
    undo();

    await stage.terraform('live', 'taint', 'aws_instance.host');
    await teller.plan('plan of a machine to be replaced', { add: 2, change: 0, destroy: 2 });
    await stage.terraform('live', 'untaint', 'aws_instance.host');
  },
  async end(teller) {
    await teller.destroy();
  },
};
