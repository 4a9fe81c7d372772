import { parseArgs } from 'node:util';
import { reporting, terminal } from '../cli/main';
import { World } from '../test/end-to-end/sluice';
import { findCompose } from './compose';
import { machineText } from './machine';
import { benchOptions, type BenchOptions, type RowName } from './options';
import { isMeasured, missingRow, type Row } from './result';
import { noCompose, parseExports, type Measure, type Setting } from './setting';
import { jsonText, tableText } from './table';

const measures: Readonly<Record<RowName, () => Promise<{ default: Measure }>>> = {
  edge: () => import('./rows/edge'),
  noop: () => import('./rows/noop'),
  growth: () => import('./rows/growth'),
  'from-nothing': () => import('./rows/from-nothing'),
  delivery: () => import('./rows/delivery'),
  deployments: () => import('./rows/deployments'),
};

/** Where lines go. */
interface Streams {
  say: (line: string) => void;
  note: (line: string) => void;
}

/**
 * The bench as a program.
 * @param argv what was typed; the verb has held it to its options (cli/verbs.ts)
 * @returns the exit code: that of {@link bench}, 2 for wrong use
 */
export function main(argv: readonly string[], streams: Streams = terminal): Promise<number> {
  return reporting(streams, async () => {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { json: { type: 'boolean' }, deployments: { type: 'string' }, rate: { type: 'string' } },
      allowPositionals: true,
    });
    return bench(benchOptions(values, positionals), streams);
  });
}

/**
 * Brings up a Sluice of the bench's own, measures rows on it, and takes it away, whatever happens; then prints what was measured.
 * @returns 0 when every row has a figure, 1 when one has none or somebody stopped it
 */
export async function bench(options: BenchOptions, { say, note }: Streams): Promise<number> {
  const stopped = new AbortController();
  const stop = (): void => {
    note('bench: stopped; taking away what it made');
    stopped.abort(new Error('it was stopped'));
  };
  // More than one of them may come, and none of them is to end this before everything is taken away.
  for (const signal of signals) process.on(signal, stop);
  note('bench: a Sluice of its own (a few minutes)');
  const world = await World.make();
  try {
    // Whatever looks up an image or a stack from here on finds those of the bench's Sluice.
    process.env['SLUICE_HOME'] = world.env['SLUICE_HOME'];
    const rows = await unlessStopped(stopped.signal, measureAll(world, options, note, stopped.signal));
    const machine = await machineText();
    for (const line of options.json ? [jsonText(rows, machine)] : tableText(rows, machine)) say(line);
    return rows.every(isMeasured) ? 0 : 1;
  } finally {
    await world.end();
    for (const signal of signals) process.off(signal, stop);
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function measureAll(
  world: World,
  options: BenchOptions,
  note: Streams['note'],
  signal: AbortSignal,
): Promise<Row[]> {
  const setting = await bringUp(world, options, note, signal);
  const rows: Row[] = [];
  for (const name of options.rows) {
    const began = performance.now();
    note(`${name}: …`);
    const { default: measure } = await measures[name]();
    rows.push(await measure(setting).catch((error: unknown) => failed(name, error, signal)));
    note(`${name}: ${Math.round((performance.now() - began) / 1000)} s`);
  }
  return rows;
}

/** What keeps one row from being measured does not keep the others. */
function failed(name: string, error: unknown, signal: AbortSignal): Row {
  signal.throwIfAborted();
  return missingRow(name, name, error instanceof Error ? error.message : String(error));
}

async function bringUp(
  world: World,
  options: BenchOptions,
  note: Streams['note'],
  signal: AbortSignal,
): Promise<Setting> {
  const { code, all } = await world.run('up');
  if (code !== 0)
    throw new Error(`the bench's own Sluice did not come up:\n${all.trim().split('\n').slice(-12).join('\n')}`);
  const { stdout } = await world.run('env');
  const compose = await findCompose();
  if (compose === undefined) note(`bench: ${noCompose}`);
  return { world, options, compose, note, pulumi: { ...world.env, ...parseExports(stdout) }, signal };
}

/** Waits for work to end; when the bench is stopped, for as long as its commands take to die. */
async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject);
    const patience = (): void => void setTimeout(() => reject(signal.reason as Error), 5000).unref();
    if (signal.aborted) patience();
    else signal.addEventListener('abort', patience);
  });
}
