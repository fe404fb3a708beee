import { setTimeout } from 'node:timers/promises';

/** A point in time by the monotonic clock: neither side's clock can move it. */
export class Deadline {
  private constructor(private readonly at: number) {}

  static in(seconds: number): Deadline {
    return new Deadline(performance.now() + seconds * 1000);
  }

  /** That many seconds later than this one. */
  plus(seconds: number): Deadline {
    return new Deadline(this.at + seconds * 1000);
  }

  /** Milliseconds that are left, at least 0. */
  get left(): number {
    return Math.max(0, this.at - performance.now());
  }

  /** Whole seconds that are left, rounded up. */
  get seconds(): number {
    return Math.ceil(this.left / 1000);
  }

  get passed(): boolean {
    return this.left === 0;
  }

  /** Waits that many milliseconds, or until this has passed. Timers fire up to a millisecond early. */
  async pause(milliseconds: number): Promise<void> {
    await setTimeout(Math.min(milliseconds, Math.ceil(this.left) + 1));
  }
}
