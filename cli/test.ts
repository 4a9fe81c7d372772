import { runBeside } from './beside';
import type { Call } from './call';

/** Runs this project's own tests (test/run.ts). */
export function run(call: Call): Promise<number> {
  return runBeside('test/main.cjs', call);
}
