import type { EngineEvent, StepEventMetadata } from '@pulumi/pulumi/automation';
import { isCodeLine, plainText } from '../../base/codes';
import { duration } from '../../toolchain/progress';

/** How people read Pulumi's operations. Those that are not here change nothing. */
const words: Readonly<Record<string, readonly [doing: string, done: string]>> = {
  create: ['creating', 'created'],
  update: ['updating', 'updated'],
  delete: ['deleting', 'deleted'],
  'create-replacement': ['creating anew', 'created anew'],
  'delete-replaced': ['deleting the former', 'deleted the former'],
  replace: ['replacing', 'replaced'],
};

/** `docker:index/container:Container` and its URN as `container discounts-3f2a91c0d4e5`. */
export function resourceName({ type, urn }: Pick<StepEventMetadata, 'type' | 'urn'>): string {
  const kind = (type.split(':').pop() ?? type).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return `${kind} ${urn.split('::').pop() ?? urn}`;
}

/**
 * Turns Pulumi's events into lines for people: one when an operation is done, one every `patience` seconds for an
 * operation that lasts, and what programs and diagnostics say. Keeps the errors for the end.
 */
export class Progress {
  /** Error messages, in order, each once. */
  readonly errors: string[] = [];
  /** How many resources were changed, by operation; unchanged ones are not counted. */
  readonly changes: Record<string, number> = {};
  /** Names of the resources that programs were run for, or that were made. */
  readonly made = new Set<string>();
  private readonly running = new Map<string, { what: string; since: number; saidAt: number }>();

  /**
   * @param note takes a line
   * @param now seconds
   * @param patience seconds between two lines about the same lasting operation
   */
  constructor(
    private readonly note: (line: string) => void,
    private readonly now: () => number = () => performance.now() / 1000,
    private readonly patience = 15,
  ) {}

  /** Takes one event of an update, refresh or destroy. */
  take(event: EngineEvent): void {
    const start = event.resourcePreEvent?.metadata;
    if (start !== undefined && words[start.op] !== undefined && isReal(start)) {
      const at = this.now();
      this.running.set(key(start), { what: `${resourceName(start)} ${words[start.op]?.[0]}`, since: at, saidAt: at });
    }
    const end = event.resOutputsEvent?.metadata;
    if (end !== undefined) this.finished(end, words[end.op]?.[1]);
    const failed = event.resOpFailedEvent?.metadata;
    if (failed !== undefined) this.finished(failed, 'FAILED', false);
    if (event.diagnosticEvent !== undefined) this.diagnostic(event.diagnosticEvent);
  }

  /** To be called now and then: speaks of what lasts. */
  tick(): void {
    const at = this.now();
    for (const operation of this.running.values()) {
      if (at - operation.saidAt < this.patience) continue;
      operation.saidAt = at;
      this.note(`  … ${operation.what}, ${duration(at - operation.since)} so far`);
    }
  }

  /** Whether an operation on a resource of this type is under way. @param type as URNs have it, its parents' types before it */
  isRunning(type: string): boolean {
    return [...this.running.keys()].some((each) => each.includes(type));
  }

  private finished(metadata: StepEventMetadata, word: string | undefined, counts = true): void {
    const operation = this.running.get(key(metadata));
    this.running.delete(key(metadata));
    if (word === undefined) return;
    if (counts) this.changes[metadata.op] = (this.changes[metadata.op] ?? 0) + 1;
    if (!isReal(metadata)) return;
    if (counts && !metadata.op.startsWith('delete')) this.made.add(metadata.urn.split('::').pop() ?? '');
    const seconds = operation === undefined ? '' : ` ${(this.now() - operation.since).toFixed(1)} s`;
    this.note(`  ${resourceName(metadata)} ${word}${seconds}`);
  }

  private diagnostic(event: NonNullable<EngineEvent['diagnosticEvent']>): void {
    // Debug messages spell out every input, secret ones too, and are in every event stream.
    if (event.ephemeral === true || !spoken.includes(event.severity)) return;
    const text = plainText(event.message).trimEnd();
    if (text.trim() === '') return;
    if (event.severity === 'error') {
      if (!this.errors.includes(text)) this.errors.push(text);
      return;
    }
    const mark = event.severity === 'warning' ? 'warning: ' : '';
    for (const line of text.split('\n')) if (!isCodeLine(line)) this.note(`    ${mark}${line}`);
  }
}

const spoken: readonly string[] = ['info', 'info#err', 'warning', 'error'];

/** Components only group and providers only connect; what they hold is what takes time. */
function isReal({ type }: StepEventMetadata): boolean {
  return !/^(sluice:|pulumi:pulumi:|pulumi:providers:)/.test(type);
}

/** A replacement is two operations on the same resource at once. */
function key({ op, urn }: StepEventMetadata): string {
  return `${op} ${urn}`;
}
