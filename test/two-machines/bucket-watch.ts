import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecord, type LeaseRecord } from '../../store/lease/record';
import type { Store } from '../../store/store';

/** A lease's record as it was first seen. */
export interface SeenRecord {
  number: number;
  record: LeaseRecord;
  /** Milliseconds on this process's monotonic clock. */
  at: number;
}

/** How long nobody makes a record before somebody else may take a lease over, less how late this watch may see the first of the two. */
const silence = 28_000;

/** Looks into a store all the time, from outside: who has the leases, and which records of ledgers there are. */
export class BucketWatch {
  /** By environment, in the order of their numbers. */
  readonly leases = new Map<string, SeenRecord[]>();
  /** SHA-256 of each record of a ledger when it was first seen, by its name in the store. */
  readonly ledger = new Map<string, string>();
  private ends = false;
  private readonly looking: Promise<void>;

  constructor(
    private readonly store: Store,
    private readonly environments: readonly string[],
  ) {
    this.looking = this.look();
  }

  async end(): Promise<void> {
    this.ends = true;
    await this.looking;
  }

  /** Records of ledgers that are no longer there, or are others. */
  async lost(): Promise<string[]> {
    const lost: string[] = [];
    for (const [name, hash] of this.ledger) {
      const content = await this.store.read(name);
      if (content === undefined || hashOf(content) !== hash) lost.push(name);
    }
    return lost;
  }

  private async look(): Promise<void> {
    for (let turn = 0; !this.ends; turn += 1) {
      for (const environment of this.environments) {
        await this.lookAtLease(environment);
        if (turn % 10 === 0) await this.lookAtLedger(environment);
      }
      await sleep(100);
    }
    for (const environment of this.environments) await this.lookAtLedger(environment);
  }

  private async lookAtLease(environment: string): Promise<void> {
    const seen = this.leases.get(environment) ?? [];
    this.leases.set(environment, seen);
    const last = seen.at(-1)?.number ?? 0;
    for (const name of await namesBelow(this.store, `leases/${environment}`)) {
      const number = Number(name.split('/').pop());
      if (number <= last) continue;
      const content = await this.store.read(name);
      const record = content && readRecord(content);
      if (record !== undefined) seen.push({ number, record, at: performance.now() });
    }
  }

  private async lookAtLedger(environment: string): Promise<void> {
    for (const name of await namesBelow(this.store, `ledger/${environment}`)) {
      if (this.ledger.has(name)) continue;
      const content = await this.store.read(name);
      if (content !== undefined) this.ledger.set(name, hashOf(content));
    }
  }
}

/**
 * What of a lease's records says that two had it at a time: somebody took it who was not let, or wrote after he had lost it.
 * @param dead whether the run whose record this is was killed before another took over
 */
export function twoHolders(seen: readonly SeenRecord[], dead: (record: LeaseRecord) => boolean): string[] {
  const faults: string[] = [];
  const former = new Set<string>();
  for (const [index, { number, record, at }] of seen.entries()) {
    const before = seen[index - 1];
    if (before === undefined || before.record.owner === record.owner) continue;
    if (former.has(record.owner)) faults.push(`record ${number}: ${record.what} writes after it has lost the lease`);
    former.add(before.record.owner);
    // What was removed before it was seen may have been an end.
    if (before.record.kind === 'end' || number !== before.number + 1) continue;
    if (!dead(before.record) && at - before.at < silence) {
      faults.push(
        `record ${number}: ${record.what} takes it from ${before.record.what} of process ${before.record.machine.pid}`,
      );
    }
  }
  return faults;
}

/** The objects in a folder and in those that lie in it. */
async function namesBelow(store: Store, folder: string): Promise<string[]> {
  const names = await store.list(folder);
  const deeper = names.filter((name) => name.endsWith('/')).map((name) => namesBelow(store, name.slice(0, -1)));
  return [...names.filter((name) => !name.endsWith('/')), ...(await Promise.all(deeper)).flat()];
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
