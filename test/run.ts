import { spawn } from 'node:child_process';
import { projectRoot } from '../paths';

/** One part of the tests, as a command of the project's own packages. */
interface Part {
  name: string;
  command: string[];
}

const bin = (name: string): string => `node_modules/.bin/${name}`;

/** Needs neither engine nor network. */
const unit: Part[] = [
  { name: 'format', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
  { name: 'types', command: [bin('tsc'), '-p', '.'] },
  { name: 'lint', command: [bin('eslint'), '.'] },
  {
    name: 'unit tests',
    command: [
      bin('c8'),
      '--config',
      'test/coverage.json',
      bin('mocha'),
      '--ignore',
      'test/**/*.engine.test.ts',
      '--ignore',
      'test/plugins/engine/**',
      '--ignore',
      'test/end-to-end/**',
      'test/**/*.test.ts',
    ],
  },
];

/** Needs an engine, which the verb `up` inside may install. */
const real: Part[] = [
  {
    name: 'end to end',
    command: [bin('mocha'), '--config', 'test/end-to-end/mocharc.json'],
  },
  {
    name: 'on an engine',
    command: [bin('mocha'), '--config', 'test/on-engine.mocharc.json'],
  },
];

/**
 * Runs parts one after the other; a failing one does not keep the others from telling what they know.
 * @returns whether all of them succeeded, and how many tests passed and failed
 */
async function run(parts: readonly Part[]): Promise<{ ok: boolean; passed: number; failed: number }> {
  const total = { ok: true, passed: 0, failed: 0 };
  for (const { name, command } of parts) {
    const started = Date.now();
    process.stdout.write(`\n== ${name}\n`);
    const { code, output } = await call(command);
    total.passed += count(output, /^\s*(\d+) passing\b/gm);
    total.failed += count(output, /^\s*(\d+) failing\b/gm);
    process.stdout.write(
      `== ${name}: ${code === 0 ? 'ok' : 'FAILED'}, ${Math.round((Date.now() - started) / 1000)} s\n`,
    );
    if (code !== 0) total.ok = false;
  }
  return total;
}

function call([command = '', ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/**
 * The project's tests: `--unit` for those without engine and network, else all.
 * @returns the exit code: 0 only when every part succeeded and tests ran
 */
export async function main(args: readonly string[]): Promise<number> {
  const { ok, passed, failed } = await run(args.includes('--unit') ? unit : [...unit, ...real]);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return ok && failed === 0 && passed > 0 ? 0 : 1;
}
