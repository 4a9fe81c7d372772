import { setTimeout as sleep } from 'node:timers/promises';
import { Load, type Lost } from '../cutover/load';

const perSecond = 50;

/** What people got while something was killed. */
export interface Felt {
  /** Requests that have ended. */
  requests: number;
  /** Those that got no answer, or one of 500 and above, although who answers was there. */
  lost: number;
  /** What they got instead, and how often. */
  failures: Record<string, number>;
  /** Milliseconds in which nobody was there to answer; undefined when there always was. */
  outageMilliseconds?: number;
  /** Requests lost in these. */
  lostInOutage: number;
}

/** People who ask an environment all the time, 50 times a second, and count. */
export class People {
  private load: Load;
  private readonly felt: Felt = { requests: 0, lost: 0, failures: {}, lostInOutage: 0 };

  /** @param url where the service is, without a slash at the end; `/health` there answers 200 while it serves */
  constructor(private readonly url: () => string) {
    this.load = this.ask();
  }

  /**
   * Kills what they all go through. What is under way then is lost with it, and so is everything until it answers again:
   * counted apart, not hidden.
   * @param back brings it back; by default it comes by itself
   */
  async outage(kill: () => Promise<void>, back: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const underWay = this.load;
    const before = lostOf(underWay.lost);
    const ended = underWay.end();
    const meanwhile = this.ask();
    const began = Date.now();
    await kill();
    await back();
    await this.answered();
    this.felt.outageMilliseconds = (this.felt.outageMilliseconds ?? 0) + Date.now() - began;
    await Promise.all([ended, meanwhile.end()]);
    this.felt.requests += underWay.lost.requests + meanwhile.lost.requests;
    this.felt.lost += before;
    this.felt.lostInOutage += lostOf(underWay.lost) - before + lostOf(meanwhile.lost);
    this.load = this.ask();
  }

  /** No more requests; waits for those that are open. */
  async end(): Promise<Felt> {
    const last = await this.load.end();
    this.felt.requests += last.requests;
    this.felt.lost += lostOf(last);
    this.felt.failures = last.failures;
    return this.felt;
  }

  private ask(): Load {
    return new Load(this.url, { perSecond, slowMilliseconds: 0 });
  }

  private async answered(): Promise<void> {
    const asked = () =>
      fetch(`${this.url()}/health`, { signal: AbortSignal.timeout(2000) }).then(
        ({ status }) => status === 200,
        () => false,
      );
    while (!(await asked())) await sleep(10);
  }
}

function lostOf({ failures }: Lost): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}
