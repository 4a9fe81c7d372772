import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FileStore } from '../../../store/kinds/file';
import type { Store } from '../../../store/store';
import { acquire, acquireAll } from '../../../store/lease/acquire';
import type { Lease } from '../../../store/lease/lease';
import type { LeasePlace, LeaseRequest } from '../../../store/lease/request';
import { LeaseRecords } from '../../../store/lease/records';
import type { LeaseTimes } from '../../../store/lease/times';
import { Child, type ChildSettings } from './children';

/** Nobody is silent for so long in a test: only the dead are taken over. */
export const patientTimes: LeaseTimes = { beat: 200, silence: 600_000, patience: 400_000, look: 20, speak: 300 };
/** A silence that a test can wait for. Its holders are patient: a busy disk is not what is tested. */
export const shortTimes: LeaseTimes = { ...patientTimes, beat: 100, silence: 1500 };
/** A holder that says nothing by itself. */
export const mute: LeaseTimes = { ...patientTimes, beat: 600_000 };

/** A store in a temporary folder, and who takes leases there; what it has started ends with it. */
export class World {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-lease-'));
  readonly store = new FileStore(path.join(this.root, 'store'));
  readonly notes: string[] = [];
  private readonly changesFile = path.join(this.root, 'changes');
  private readonly children: Child[] = [];
  private readonly leases: Lease[] = [];

  /** Who has changed the environment, in order. */
  changes(): string[] {
    if (!fs.existsSync(this.changesFile)) return [];
    return fs.readFileSync(this.changesFile, 'utf8').split('\n').slice(0, -1);
  }

  async child(
    name: string,
    times: LeaseTimes,
    more: Partial<ChildSettings> = {},
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Child> {
    const { place: root } = this.store;
    const child = await Child.start({ root, changes: this.changesFile, name, times, ...more }, variables);
    this.children.push(child);
    return child;
  }

  request(times: LeaseTimes, more: Partial<LeaseRequest> = {}): LeaseRequest {
    const note = (line: string): void => void this.notes.push(line);
    return { what: './sluice up', by: 'bob', note, times, variables: {}, ...more };
  }

  /** Takes the lease in this process. */
  async acquire(
    times: LeaseTimes,
    more: Partial<LeaseRequest> = {},
    o: { environment?: string; store?: Store } = {},
  ): Promise<Lease> {
    const { environment = 'production', store = this.store } = o;
    const lease = await acquire(store, environment, this.request(times, more));
    this.leases.push(lease);
    return lease;
  }

  async acquireAll(environments: string[], times: LeaseTimes, more: Partial<LeaseRequest> = {}): Promise<Lease[]> {
    const leases = await acquireAll(this.places(...environments), this.request(times, more));
    this.leases.push(...leases);
    return leases;
  }

  /** Where leases of these environments lie. */
  places(...environments: string[]): LeasePlace[] {
    return environments.map((environment) => ({ environment, store: this.store }));
  }

  records(environment = 'production'): LeaseRecords {
    return new LeaseRecords(this.store, environment);
  }

  /** The numbers of the records that there are. */
  async numbers(): Promise<number[]> {
    return (await this.store.list('leases/production')).map((name) => Number(name.slice('leases/production/'.length)));
  }

  async newestNumber(): Promise<number> {
    return (await this.records().newest())?.number ?? 0;
  }

  async end(): Promise<void> {
    for (const child of this.children) await child.end('SIGKILL');
    for (const lease of this.leases) await lease.release();
    fs.rmSync(this.root, { recursive: true });
  }
}

/** Waits for something to become so. */
export async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 10));
}
