import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { isProvablyDead, type ProcessState } from '../../../store/lease/dead';
import { lookAt, thisMachine } from '../../../store/lease/machine';
import type { Machine } from '../../../store/lease/record';
import { until } from './world';

const here: Machine = { host: 'laptop', pid: 1, boot: 'b', namespaces: 'n', start: '10' };
const holder: Machine = { ...here, pid: 4711, start: '500' };

/** What is known of the holder's process. */
const told = (state: ProcessState) => (pid: number) => (pid === 4711 ? state : { exists: true, start: '1' });

const gone = told({ exists: false });

describe('whether a lease’s holder is dead', () => {
  const cases: [string, Machine, (pid: number) => ProcessState, boolean][] = [
    ['there is no such process', holder, gone, true],
    ['it is a zombie', holder, told({ exists: true, state: 'Z', start: '500' }), true],
    ['another process has its number', holder, told({ exists: true, state: 'S', start: '501' }), true],
    ['it runs', holder, told({ exists: true, state: 'S', start: '500' }), false],
    ['it is suspended', holder, told({ exists: true, state: 'T', start: '500' }), false],
    ['it exists, and nobody may look at it', holder, told({ exists: true }), false],
    ['it is of another start of a machine', { ...holder, boot: 'other' }, gone, false],
    ['its number means another process here', { ...holder, namespaces: 'other' }, gone, false],
    ['its machine does not tell when it was started', { ...holder, boot: undefined }, gone, false],
    ['it does not tell its namespaces', { ...holder, namespaces: undefined }, gone, false],
    ['it does not tell when it began', { ...holder, start: undefined }, gone, false],
    ['it has the same name as this machine and nothing else', { host: 'laptop', pid: 4711 }, gone, false],
  ];
  for (const [what, machine, look, dead] of cases) {
    it(`${dead ? 'is proved' : 'is in doubt'} when ${what}`, () => {
      assert.equal(isProvablyDead(machine, here, look), dead);
    });
  }

  it('is in doubt where this machine does not tell', () => {
    const silent: Machine = { host: 'laptop', pid: 1 };
    assert.equal(isProvablyDead(silent, silent, gone), false);
  });
});

(process.platform === 'linux' ? describe : describe.skip)('what this machine says of processes', () => {
  it('is the same each time, and of this process not dead', () => {
    assert.deepEqual(thisMachine(), thisMachine());
    assert.equal(isProvablyDead(thisMachine(), thisMachine(), lookAt), false);
  });

  it('tells a later process with the same number', () => {
    const { start = '', ...rest } = thisMachine();
    assert.equal(isProvablyDead({ ...rest, start: String(Number(start) - 1) }, thisMachine(), lookAt), true);
  });

  it('tells one that has ended, as long as nobody has asked about it and after that', async () => {
    // The shell becomes a program that knows nothing of its child.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const pid = await new Promise<number>((resolve) =>
        parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
      );
      const child = thisMachine(pid);
      assert.equal(isProvablyDead(child, thisMachine(), lookAt), false);
      await until(() => lookAt(pid).state === 'Z');
      assert.equal(isProvablyDead(child, thisMachine(), lookAt), true);
      const parentMachine = thisMachine(parent.pid);
      parent.kill('SIGKILL');
      await new Promise((resolve) => parent.once('exit', resolve));
      assert.equal(isProvablyDead(parentMachine, thisMachine(), lookAt), true);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
