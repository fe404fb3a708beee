import { EMPTY, expectDifferent, type StackScenario } from './stack-scenario';

export const scenario: StackScenario = {
  name: 'immutable',
  stack: 'immutable',
  summary: 'from one changed line to a new machine that answers',
  async run(runner) {
    await runner.build('iplz-image');
    await runner.plan('plan of the first deployment', { add: 14, change: 0, destroy: 0 });
    const first = await runner.deploy('deploy');
    await runner.plan('plan with nothing changed', EMPTY);

    await runner.changeLine();
    await runner.plan('plan of the changed line', { add: 3, change: 1, destroy: 3 });
    const second = await runner.deploy('deploy the changed line');
    expectDifferent('the answer', first.answer, second.answer);
    expectDifferent('the address', first.url, second.url);
  },
  async end(runner) {
    await runner.destroy();
  },
};
