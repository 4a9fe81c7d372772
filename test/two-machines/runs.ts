import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../base/paths';
import type { Ran } from '../end-to-end/sluice';
import type { World } from '../end-to-end/world';

/** What may become of a run. */
export type Fate = 'ends' | 'killed' | 'suspended';

/** A run of a verb, and what it left. */
export interface Run extends Ran {
  words: readonly string[];
  fate: Fate;
}

/** Longer than a lease of which nothing is heard. */
const suspension = 40_000;

/** Words that start a program as on another machine: in a namespace of processes and under a host name of its own. */
const otherMachine = [
  ...['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--uts'],
  ...['sh', '-c', 'hostname there; "$@"; exit "$?"', 'sh'],
];

/** Another machine of the team: whoever waits for it can't look at its processes, and its clock jumps. */
export async function otherMachineOf(world: World): Promise<World> {
  const there = await world.elsewhere('there');
  there.through = otherMachine;
  there.env['NODE_OPTIONS'] = `--require ${path.join(projectRoot, 'test', 'two-machines', 'stepped-clock.cjs')}`;
  return there;
}

/**
 * Runs a verb to its end, or kills it or suspends it after a while, with all that it has started.
 * @param pids is told the number of its process and when it was killed
 */
export async function runOnce(
  world: World,
  words: readonly string[],
  fate: Fate,
  after: number,
  pids: { killed: Set<number> },
): Promise<Run> {
  const run = world.start(...words);
  const pid = run.child.pid ?? 0;
  const ended = run.ended.then((ran) => ({ ...ran, words, fate }));
  if (fate === 'ends') return ended;
  if ((await Promise.race([ended, sleep(after)])) !== undefined) return { ...(await ended), fate: 'ends' };
  if (fate === 'killed') {
    pids.killed.add(pid);
    process.kill(-pid, 'SIGKILL');
    return ended;
  }
  process.kill(-pid, 'SIGSTOP');
  await sleep(suspension);
  process.kill(-pid, 'SIGCONT');
  return ended;
}
