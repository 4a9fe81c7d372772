import type { CheckStep } from './protocol';
import { outcomeOf, Unclear } from './outcome';

/** What a step's own code may add to its record. */
export interface StepRecord {
  screenshot?: string;
  /** Added to the problem of a step that is not ok, like the page's address. */
  where?: string;
}

/** The steps of one check, in order, and the verdict that follows from them. */
export class Steps {
  readonly all: CheckStep[] = [];
  private running: string | undefined;
  private worst: 'fail' | 'unknown' | undefined;

  /** The step under way, if any. */
  get current(): string | undefined {
    return this.running;
  }

  /**
   * Runs and records one step; its error goes on.
   * @param after is run when the step has ended, well or not, and may add to the record
   */
  async run<T>(name: string, action: () => Promise<T> | T, after?: (ok: boolean) => Promise<StepRecord>): Promise<T> {
    if (this.running !== undefined) {
      throw this.refuse(`step "${name}" began before step "${this.running}" had ended: await each step`);
    }
    this.running = name;
    const started = performance.now();
    let result: { value: T } | { error: unknown };
    try {
      result = { value: await action() };
    } catch (error) {
      result = { error };
    }
    const ok = 'value' in result;
    const seconds = Math.round((performance.now() - started) / 10) / 100;
    const { screenshot, where } = (await after?.(ok)) ?? {};
    const step: CheckStep = { name, ok, seconds, ...(screenshot === undefined ? {} : { screenshot }) };
    this.all.push(step);
    this.running = undefined;
    if ('value' in result) return result.value;
    const { verdict, problem } = outcomeOf(result.error);
    step.problem = where === undefined ? problem : `${problem} (${where})`;
    this.note(verdict);
    throw result.error;
  }

  /** What the steps say together, so that no error that a scenario caught for itself is lost. */
  verdict(): { verdict: 'pass' | 'fail' | 'unknown'; summary: string } {
    if (this.worst === undefined) {
      if (this.all.length === 0) return { verdict: 'unknown', summary: 'no step ran' };
      return { verdict: 'pass', summary: `${this.all.length} ${this.all.length === 1 ? 'step' : 'steps'} passed` };
    }
    const bad = this.all.find((step) => !step.ok);
    return { verdict: this.worst, summary: bad === undefined ? 'the steps were out of order' : describe(bad) };
  }

  private refuse(message: string): Unclear {
    this.note('unknown');
    return new Unclear(message);
  }

  private note(verdict: 'fail' | 'unknown'): void {
    if (this.worst !== 'fail') this.worst = verdict;
  }
}

function describe({ name, problem, screenshot }: CheckStep): string {
  return `step "${name}": ${problem ?? 'failed'}${screenshot === undefined ? '' : `; screenshot ${screenshot}`}`;
}
