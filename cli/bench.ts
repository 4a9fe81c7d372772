import { runBeside } from './beside';
import type { Call } from './call';

/** Where the bench's own Sluice stands, apart from a person's and from those of tests. */
const apart = { SLUICE_TEST_PREFIX: 'sluice-bench', SLUICE_TEST_PORT_OFFSET: '5000' };

/** Measures what Sluice does against what one would do without it (bench/run.ts). */
export function run(call: Call): Promise<number> {
  return runBeside('bench/main.cjs', call, apart);
}
