import { EMPTY, expectDifferent, expectEqual, ScenarioFailed, type StackScenario } from './stack-scenario';

const HOSTS = 'app/nix/hosts.nix';
const MOST_FAILED = 2;

export const scenario: StackScenario = {
  name: 'stable-address',
  stack: 'immutable',
  attachedProvider: true,
  summary:
    'an elastic address: a new instance has it once it is healthy, the URL stays, and at most 2 of the requests made each second fail',
  async run(runner) {
    const { workspace, reporter } = runner;
    const enable = 'services.iplz.enable = true;';
    workspace.edit(HOSTS, enable, `${enable} deployment.stableAddress = true;`);
    const first = await runner.deploy('deploy', { add: 16, change: 0, destroy: 0 });
    await runner.plan('plan with nothing changed', EMPTY);

    await runner.deployUnhealthy(first);

    await runner.changeLine();
    const visitor = new Visitor(first.url);
    const second = await runner.deploy('deploy the changed line');
    const { requests, failed } = await visitor.leave();
    reporter.note(`${failed} of ${requests} requests failed, one made each second`);
    if (failed > MOST_FAILED) throw new ScenarioFailed(`${failed} of ${requests} requests failed`);
    expectEqual('the address', second.url, first.url);
    expectDifferent('the answer', first.answer, second.answer);
    await runner.plan('plan with nothing changed', EMPTY);
  },
  async end(runner) {
    await runner.destroy();
  },
};

/** Asks a URL each second, from now until it leaves; an answer may take 10 s. */
class Visitor {
  private readonly requested: Promise<boolean>[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly url: string) {
    this.timer = setInterval(() => this.requested.push(this.visit()), 1000).unref();
  }

  async leave(): Promise<{ requests: number; failed: number }> {
    clearInterval(this.timer);
    const answered = await Promise.all(this.requested);
    return { requests: answered.length, failed: answered.filter((one) => !one).length };
  }

  private async visit(): Promise<boolean> {
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(10_000) });
      return response.ok && (await response.text()) !== '';
    } catch {
      return false;
    }
  }
}
