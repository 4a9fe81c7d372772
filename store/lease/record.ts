import { z } from 'zod';
import { visibleLine } from '../../base/visible';

/** What tells a process from all others of its machine. What a system does not tell is left out. */
const facts = z.object({
  /** The machine's name, for people only: two machines can have the same. */
  host: z.string(),
  pid: z.number().int().positive(),
  /** The id of this start of the machine. */
  boot: z.string().optional(),
  /** The namespaces of processes and of time: a container counts its processes from 1 again. */
  namespaces: z.string().optional(),
  /** When the process began, in ticks since the machine was started. */
  start: z.string().optional(),
});

const schema = z.object({
  /** A random id of whoever holds the lease, of a verb and all that it starts. */
  owner: z.string().min(1),
  /** `take` begins a lease, `beat` says that its holder is at work, `end` gives it back. */
  kind: z.enum(['take', 'beat', 'end']),
  /** What the holder does, for people: `./sluice up`, `pipeline discounts 12`. */
  what: z.string(),
  /** Who has started it, for people. */
  by: z.string(),
  machine: facts,
  /** Further processes of this run that have the lease, too: whoever has taken it may be killed before what it has started. */
  parts: z.array(facts).optional(),
  /**
   * The id of Pulumi's own lock that the holder has, or one before it had and did not clear: the only one that may be cancelled when the
   * holder is gone.
   */
  pulumiLock: z.string().optional(),
});

export type Machine = z.infer<typeof facts>;
export type LeaseRecord = z.infer<typeof schema>;

/** What a new record says otherwise than the one before it. */
export type Change = (last: LeaseRecord) => Partial<Pick<LeaseRecord, 'pulumiLock' | 'parts'>>;

/** A record and its number. */
export interface Numbered {
  number: number;
  record: LeaseRecord;
}

/** What was found under a number: no record where nobody here can read it, one of a later version for example. */
export interface Found {
  number: number;
  record: LeaseRecord | undefined;
}

export function writeRecord(record: LeaseRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

/** @returns undefined when it is no record that this version knows */
export function readRecord(content: Buffer): LeaseRecord | undefined {
  try {
    return schema.safeParse(JSON.parse(content.toString())).data;
  } catch {
    return undefined;
  }
}

/** `ann's ./sluice up on laptop` */
export function holderOf(record: LeaseRecord | undefined): string {
  if (record === undefined) return 'somebody whose record this version of Sluice can’t read';
  return visibleLine(`${record.by}'s ${record.what} on ${record.machine.host}`, 300);
}
