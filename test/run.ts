import { spawn } from 'node:child_process';
import { projectRoot } from '../base/paths';

/** One part of the tests, as a command of the project's own packages. */
interface Part {
  name: string;
  command: string[];
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv;
}

const bin = (name: string): string => `node_modules/.bin/${name}`;

const mocha = (config: string): string[] => [bin('mocha'), '--config', `test/${config}.mocharc.json`];

/** Needs neither engine nor network. */
const unit: Part[] = [
  { name: 'types', command: [bin('tsc'), '-p', '.'] },
  // In one process: coverage of mocha's workers is lost when it ends them.
  { name: 'unit tests', command: [bin('c8'), '--config', 'test/coverage.json', ...mocha('unit'), '--no-parallel'] },
];

/** What is known from the last run stays in a folder that goes with the packages. */
const kept = 'node_modules/.cache/sluice';

/** How the code is written: as `npm run lint` and `npm run types` say it, of what has changed since the last time. */
const written: Part[] = [
  { name: 'types', command: [bin('tsc'), '-p', '.', '--incremental', '--tsBuildInfoFile', `${kept}/types.json`] },
  {
    name: 'format',
    command: [
      bin('prettier'),
      '--check',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      `${kept}/format.json`,
      '.',
    ],
  },
  {
    name: 'rules',
    command: [bin('eslint'), '--cache', '--cache-strategy', 'content', '--cache-location', `${kept}/rules.json`, '.'],
  },
  { name: 'floors', command: [bin('depcruise'), '--config', '.dependency-cruiser.mjs', '.'] },
];

/** Brings the engine and all that is needed when it is missing. */
const toolchain: Part[] = [{ name: 'toolchain', command: mocha('toolchain') }];

/** On the machine's engine. All that it makes there is named so that the end-to-end tests know it is not theirs. */
const onEngine: Part[] = [{ name: 'on an engine', command: mocha('on-engine') }];
const endToEnd: Part[] = [{ name: 'end to end', command: mocha('end-to-end') }];

/**
 * The examples of configuration, in a Sluice of their own; it can stand beside that of the end-to-end tests. Apart from all the
 * other tests, which would take too long with them.
 */
const examples: Part[] = [
  {
    name: 'examples of configuration',
    command: mocha('examples'),
    env: { SLUICE_TEST_PREFIX: 'sluice-test-ex', SLUICE_TEST_PORT_OFFSET: '10000' },
  },
];

/** What is long by nature in its long form; the short one tries some of each kind. */
const inFull = { SLUICE_TESTS: 'long' };

/** Everything that can be killed, at every point, and races tried twenty times. */
const faults: Part[] = [
  { name: 'killed anywhere: updates, Drone, the platform; races', command: mocha('faults'), env: inFull },
  { name: 'killed anywhere: engine, toolchain, compose projects', command: mocha('killed'), env: inFull },
];

/** A store that many write to at once, and two machines that share one. */
const store: Part[] = [
  { name: 'writers of a store: a folder, SSH, a bucket', command: mocha('writers'), env: inFull },
  {
    name: 'two machines, one bucket',
    command: mocha('two-machines'),
    env: { ...inFull, SLUICE_TEST_PREFIX: 'sluice-test-tm', SLUICE_TEST_PORT_OFFSET: '25000' },
  },
];

/** From the version before to this one, in a Sluice of their own. */
const update: Part[] = [
  {
    name: 'an update from the version before',
    command: mocha('update'),
    env: { SLUICE_TEST_PREFIX: 'sluice-test-up', SLUICE_TEST_PORT_OFFSET: '15000' },
  },
];

/** Starts an engine of its own, so that nothing it does is seen by the others. */
const apart: Part[] = [{ name: 'in an engine of its own', command: mocha('own-engine') }];

/** A team whose CI server, registry and machines are elsewhere: a Sluice without containers, beside that of the end-to-end tests. */
const gitLab: Part[] = [
  {
    name: 'a team at GitLab',
    command: mocha('gitlab'),
    env: { SLUICE_TEST_PREFIX: 'sluice-test-gl', SLUICE_TEST_PORT_OFFSET: '20000' },
  },
];

/** Environments on the engine of another machine, which these tests start. */
const otherEngines: Part[] = [
  {
    name: 'engines of other machines',
    command: mocha('ssh-docker'),
    env: { SLUICE_TEST_PREFIX: 'sluice-test-sd', SLUICE_TEST_PORT_OFFSET: '30000' },
  },
];

/** The same, with moves from machine to machine. */
const moves: Part[] = otherEngines.map((part) => ({ ...part, env: { ...part.env, ...inFull } }));

/** The end-to-end tests take longest, and wait a lot: what runs beside them takes what they leave of the processors. */
const beside = (part: Part): Part => ({ ...part, command: ['nice', '-n', '10', ...part.command] });

/** What parts have left so far. */
interface Total {
  ok: boolean;
  passed: number;
  failed: number;
  /** Tests that could not run here; each says why. */
  skipped: number;
}

/** `live` shows output as it comes; `whole` when its part, which goes on in the background, has ended. */
type Show = 'live' | 'whole';

/**
 * Runs parts one after the other; a failing one does not keep the others from telling what they know.
 */
async function run(parts: readonly Part[], show: Show, total: Total): Promise<void> {
  for (const part of parts) {
    const { name } = part;
    const started = Date.now();
    if (show === 'live') process.stdout.write(`\n== ${name}\n`);
    const { code, output } = await call(part, show);
    total.passed += count(output, /^\s*(\d+) passing\b/gm);
    total.failed += count(output, /^\s*(\d+) failing\b/gm);
    total.skipped += count(output, /^\s*(\d+) pending\b/gm);
    const end = `== ${name}: ${code === 0 ? 'ok' : 'FAILED'}, ${Math.round((Date.now() - started) / 1000)} s\n`;
    process.stdout.write(show === 'live' ? end : `\n== ${name}\n${output}${end}`);
    if (code !== 0) total.ok = false;
  }
}

function call({ command: [command = '', ...args], env }: Part, show: Show): Promise<{ code: number; output: string }> {
  const live = show === 'live';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectRoot,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
      output += chunk.toString();
      if (live) stream.write(chunk);
    };
    child.stdout.on('data', take(process.stdout));
    child.stderr.on('data', take(process.stderr));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/**
 * The project's tests: `--check` for how the code is written and the unit tests, `--unit` for those without engine and network,
 * `--examples` for the examples of configuration, `--faults` for everything that can be killed, `--store` for many writers of a store,
 * `--updates` for an update from the version before, `--long` for the last four and moves from machine to machine, else all but these.
 * @returns the exit code: 0 only when every part succeeded and tests ran
 */
export async function main(args: readonly string[]): Promise<number> {
  const total: Total = { ok: true, passed: 0, failed: 0, skipped: 0 };
  if (args.includes('--check')) {
    await Promise.all([
      run(written, 'whole', total),
      run([{ name: 'unit tests', command: mocha('unit') }], 'whole', total),
    ]);
  } else if (args.includes('--unit')) {
    await run(unit, 'live', total);
  } else if (args.includes('--examples')) {
    await run([...toolchain, ...examples], 'live', total);
  } else if (args.includes('--faults')) {
    await run([...toolchain, ...faults], 'live', total);
  } else if (args.includes('--store')) {
    await run([...toolchain, ...store], 'live', total);
  } else if (args.includes('--updates')) {
    await run([...toolchain, ...update], 'live', total);
  } else if (args.includes('--long')) {
    await run([...toolchain, ...update, ...examples, ...moves, ...store, ...faults], 'live', total);
  } else {
    // What needs neither engine nor network does not wait for what may have to be compiled.
    const ready = run(toolchain, 'live', total);
    const first = run(unit.map(beside), 'whole', total);
    await ready;
    await Promise.all([
      run(endToEnd, 'live', total),
      first.then(() => run([...onEngine, ...gitLab, ...otherEngines, ...apart].map(beside), 'whole', total)),
    ]);
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.ok && total.failed === 0 && total.passed > 0 ? 0 : 1;
}
