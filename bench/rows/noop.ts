import * as fs from 'node:fs';
import * as path from 'node:path';
import { stateFile } from '../../operations/pulumi/environment';
import { succeed } from '../command';
import type { Pair } from '../ratio';
import type { Comparison, Row } from '../result';
import { pulumiSucceeds, type Setting } from '../setting';
import { emptyProgram, upOf, type EmptyProgram } from '../template';

const stacks = ['platform', 'staging', 'production'] as const;
const rounds = 5;

/** Options of `pulumi up`, and how many times as long as the empty program's it may take. */
const ways = [
  { name: 'up', args: [], most: 1.1 },
  { name: 'up --refresh', args: ['--refresh'], most: 1.6 },
] as const;

/** `pulumi up` with nothing to do, of each shipped stack and of an empty program, in turns. */
export default async function noop(setting: Setting): Promise<Row> {
  const empty = await emptyProgram(setting);
  const comparisons: Comparison[] = [];
  for (const way of ways) {
    for (const stack of stacks) {
      setting.note(`noop: ${way.name} of ${stack}`);
      comparisons.push({
        figure: `${way.name}, ${stack} (${resourcesIn(setting, stack)} resources)`,
        unit: 's',
        one: 'Sluice',
        other: 'empty program',
        rounds: await inTurns(setting, empty, stack, way.args),
        target: { of: 'ratio', at: 'most', value: way.most },
      });
    }
  }
  return {
    name: 'noop',
    what: 'pulumi up --skip-preview that changes nothing : the same of an empty program as the TypeScript template makes it',
    comparisons,
    notes: [
      'the same pulumi, SDK, PULUMI_HOME and kind of backend (a folder); the template checks types by ts-node, Sluice does not',
    ],
  };
}

/** One round of each first that is not counted: what was read from the disk once comes from memory afterwards. */
async function inTurns(setting: Setting, empty: EmptyProgram, stack: string, args: readonly string[]): Promise<Pair[]> {
  const o = { cwd: empty.folder, env: empty.env, signal: setting.signal };
  const nothing = ['--expect-no-changes', ...args];
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round++) {
    const ours = await pulumiSucceeds(setting, 'up', stack, ...nothing);
    const theirs = await succeed(upOf(empty, ...nothing), o);
    if (round > 0) pairs.push([ours.seconds, theirs.seconds]);
  }
  return pairs;
}

function resourcesIn({ world }: Setting, stack: string): number {
  const file = stateFile(path.join(world.env['SLUICE_HOME'] ?? '', 'pulumi'), stack);
  const state = JSON.parse(fs.readFileSync(file, 'utf8')) as { checkpoint: { latest: { resources?: unknown[] } } };
  return state.checkpoint.latest.resources?.length ?? 0;
}
