import * as assert from 'node:assert/strict';
import { People, type Felt } from './people';

/** A fault, and what came of it each time. */
interface Row {
  tried: number;
  survived: number;
  requests: number;
  lost: number;
  /** Undefined: somebody was there to answer all the time. */
  outages?: { milliseconds: number[]; lost: number };
}

/** What was killed, how often, how often all was where it should be afterwards, and what people noticed. */
export class FaultTable {
  private readonly rows = new Map<string, Row>();

  /** @param url where people ask meanwhile, see {@link People} */
  constructor(private readonly url: () => string) {}

  /**
   * Tries a fault while people ask. It counts as survived when `work`, which holds what came of it against what should be,
   * does not throw.
   * @param work returns the fault's name in the table; undefined when there was none after all
   */
  async attempt(work: (people: People) => Promise<string | undefined>): Promise<void> {
    const people = new People(this.url);
    let fault: string | undefined = 'something else';
    let survived = false;
    try {
      fault = await work(people);
      survived = true;
    } catch (error) {
      if (error instanceof NotSurvived) fault = error.fault;
      throw error;
    } finally {
      const felt = await people.end();
      if (fault !== undefined) this.add(fault, survived, felt);
      if (felt.lost > 0) process.stderr.write(`${fault}: lost ${JSON.stringify(felt.failures)}\n`);
    }
  }

  private add(fault: string, survived: boolean, felt: Felt): void {
    const row = this.rows.get(fault) ?? { tried: 0, survived: 0, requests: 0, lost: 0 };
    row.tried += 1;
    row.survived += survived ? 1 : 0;
    row.requests += felt.requests;
    row.lost += felt.lost;
    if (felt.outageMilliseconds !== undefined) {
      row.outages ??= { milliseconds: [], lost: 0 };
      row.outages.milliseconds.push(felt.outageMilliseconds);
      row.outages.lost += felt.lostInOutage;
    }
    this.rows.set(fault, row);
  }

  /** The table, a line each, with the sums at the end. */
  toString(): string {
    const total = this.total();
    const lines = [...this.rows, ['all', total] as const].map(([fault, row]) => [
      fault,
      ...[row.tried, row.survived, row.requests, row.lost].map(String),
      row.outages === undefined ? '' : `${Math.max(...row.outages.milliseconds)} ms, ${row.outages.lost} lost`,
    ]);
    const all = [['fault', 'tried', 'survived', 'requests sent', 'lost', 'nobody there to answer'], ...lines];
    const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((line) => (line[column] ?? '').length)));
    return all.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')).join('\n');
  }

  /** Every fault was survived, and nothing was lost while somebody was there to answer. @param least faults tried */
  assertSurvived(least: number): void {
    const { tried, survived, requests, lost } = this.total();
    assert.ok(tried >= least, `${tried} faults were tried, not ${least}:\n${this.toString()}`);
    assert.equal(survived, tried);
    assert.ok(requests > 0);
    assert.equal(lost, 0);
  }

  private total(): Row {
    const sum = { tried: 0, survived: 0, requests: 0, lost: 0 };
    for (const row of this.rows.values()) {
      for (const key of ['tried', 'survived', 'requests', 'lost'] as const) sum[key] += row[key];
    }
    return sum;
  }
}

/** What should be after a fault is not. */
class NotSurvived extends Error {
  constructor(
    readonly fault: string,
    cause: unknown,
  ) {
    super(`${fault}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Holds what came of a fault against what should be. @returns the fault @throws NotSurvived */
export async function surviving(fault: string, mended: () => Promise<void>): Promise<string> {
  try {
    await mended();
  } catch (error) {
    throw new NotSurvived(fault, error);
  }
  return fault;
}
