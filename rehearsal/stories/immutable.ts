import { EMPTY, expectDifferent, type Story } from './story';

export const story: Story = {
  name: 'immutable',
  stack: 'immutable',
  summary: 'from one changed line to a new machine that answers',
  async tell(teller) {
    await teller.build('iplz-image');
    await teller.plan('plan of the first deployment', { add: 14, change: 0, destroy: 0 });
    const first = await teller.deploy('deploy');
    await teller.plan('plan with nothing changed', EMPTY);

    await teller.changeLine();
    await teller.plan('plan of the changed line', { add: 3, change: 1, destroy: 3 });
    const second = await teller.deploy('deploy the changed line');
    expectDifferent('the answer', first.answer, second.answer);
    expectDifferent('the address', first.url, second.url);
  },
  async end(teller) {
    await teller.destroy();
  },
};
