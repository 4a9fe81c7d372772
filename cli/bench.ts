import { benchOptions } from '../bench/options';
import type { Call } from './call';

/** Where the bench's own Sluice stands, apart from a person's and from those of tests. */
const apart = { SLUICE_TEST_PREFIX: 'sluice-bench', SLUICE_TEST_PORT_OFFSET: '5000' } as const;

/** Measures what Sluice does against what one would do without it (bench/). */
export async function run(call: Call): Promise<number> {
  const options = benchOptions(call.options, call.words);
  for (const [name, value] of Object.entries(apart)) process.env[name] ??= value;
  const { bench } = await import('../bench/run');
  return bench(options, call);
}
