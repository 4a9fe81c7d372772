import type { Layout } from './layout';
import type { Part } from './part';
import type { RunOptions, RunResult } from '../base/process';
import type { Store } from './store';

/** What a part gets while it is made. */
export interface Context {
  layout: Layout;
  store: Store;
  /** Path of a finished folder part. */
  folder(part: Part): string;
  /** Runs a program; its output goes to the part's log. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Says what is being done now; shown when the part takes long. */
  note(text: string): void;
}
