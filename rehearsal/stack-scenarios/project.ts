import { expectDifferent, EMPTY, type LineChange, type StackScenario } from './stack-scenario';

/** What the template's application changes, unless the user says what. */
export const TEMPLATE_LINE: LineChange = {
  file: 'hosts/web.nix',
  before: 'Hello from NixOS',
  after: 'Hello again from NixOS',
};

/** Anybody's project, by each of the ways that it has hosts for: from nothing to a changed line, and back. */
export function projectScenarios(line: LineChange): readonly StackScenario[] {
  const stacks = ['immutable', 'live'] as const;
  return stacks.map((stack) => ({
    name: stack,
    stack,
    attachedProvider: true,
    summary: 'a project of your own, from its first plan to a changed line that answers',
    async run(runner) {
      if (!(await runner.workspace.packages()).includes(stack)) {
        runner.reporter.note('the project has no hosts for it');
        return;
      }
      await runner.look('plan of the first deployment');
      const first = await runner.deploy('deploy');
      await runner.plan('plan with nothing changed', EMPTY);

      await runner.changeLine(line);
      if (stack === 'live') await runner.plan('plan of the changed line', EMPTY);
      else await runner.look('plan of the changed line');
      const second = await runner.deploy('deploy the changed line');
      expectDifferent('the answer', first.answer, second.answer);
    },
    async end(runner) {
      if ((await runner.workspace.packages()).includes(stack)) await runner.destroy();
    },
  }));
}
