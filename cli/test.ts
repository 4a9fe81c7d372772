import type { Call } from './call';

/** Runs this project's own tests (test/run.ts). */
export async function run(call: Call): Promise<number> {
  const { main } = await import('../test/run');
  return main(
    ['unit', 'examples', 'faults'].filter((option) => call.options[option] === true).map((option) => `--${option}`),
  );
}
