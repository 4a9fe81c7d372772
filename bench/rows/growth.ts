import * as fs from 'node:fs';
import * as path from 'node:path';
import { finish } from '../command';
import { lengthen } from '../long-ledger';
import type { Pair } from '../ratio';
import type { Comparison, Row } from '../result';
import { pulumiSucceeds, type Setting } from '../setting';
import { keyOf } from '../../store/ledger/keys';

const rounds = 5;
const environment = 'production';

/** How many deployments each of two ledgers has besides the bench's own. */
const lengths = { short: 10, long: 10_000 } as const;
type Length = keyof typeof lengths;

/** The first page of the past, what runs, what a rollback would go back to, and an update with nothing to do, by a ledger of 10,000 deployments and by one of ten. */
export default async function growth(setting: Setting): Promise<Row> {
  const stores = await makeStores(setting);
  const comparisons: Comparison[] = [];
  try {
    for (const [figure, measure] of Object.entries(figures)) {
      setting.note(`growth: ${figure}`);
      comparisons.push({
        figure,
        unit: 's',
        one: '10,000 deployments',
        other: '10',
        rounds: await inTurns(stores, () => measure(setting)),
        target: { of: 'ratio', at: 'most', value: 1.2 },
      });
    }
  } finally {
    stores.restore();
  }
  return {
    name: 'growth',
    what: 'what people wait for, by a ledger of 10,000 deployments : by one of ten',
    comparisons,
    notes: ['a deployment is a verdict with its gate, a switch and a cutover; nothing of it was retired'],
  };
}

const figures: Readonly<Record<string, (setting: Setting) => Promise<number>>> = {
  'history, first page': (setting) => verb(setting, 'history', environment),
  status: (setting) => verb(setting, 'status', environment),
  // It ends when it has found the target, and that this target's images are none.
  'target of rollback': (setting) => verb(setting, 'rollback', environment, '--yes'),
  'up that changes nothing': async (setting) =>
    (await pulumiSucceeds(setting, 'up', environment, '--expect-no-changes')).seconds,
};

async function verb({ world, signal }: Setting, ...args: string[]): Promise<number> {
  const { code, output, seconds } = await finish(['node', 'bin/sluice.cjs', ...args], {
    ...{ cwd: world.clone, env: world.env, signal },
  });
  const isTarget = args[0] === 'rollback';
  if (code === (isTarget ? 2 : 0) && output.includes('no longer keeps the images') === isTarget) return seconds;
  throw new Error(`${args.join(' ')} ended with code ${code}:\n${output.trim().split('\n').slice(-8).join('\n')}`);
}

/** One round of each first that is not counted: what was read from the disk once comes from memory afterwards. */
async function inTurns({ use }: Stores, measure: () => Promise<number>): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round++) {
    use('long');
    const long = await measure();
    use('short');
    const short = await measure();
    if (round > 0) pairs.push([long, short]);
  }
  return pairs;
}

/** Two stores, one of which is in its place. */
interface Stores {
  use: (length: Length) => void;
  restore: () => void;
}

async function makeStores({ world, note, signal }: Setting): Promise<Stores> {
  const place = path.join(world.env['SLUICE_HOME'] ?? '', 'store');
  const at = (name: string): string => `${place}.${name}`;
  const own = keyOf(await keyIn({ world, signal }));
  for (const [name, count] of Object.entries(lengths)) {
    note(`growth: a ledger of ${count} deployments`);
    fs.cpSync(place, at(name), { recursive: true });
    await lengthen(at(name), environment, { own, count });
  }
  fs.renameSync(place, at('own'));
  let inPlace: string | undefined;
  const use = (name: string | undefined): void => {
    if (inPlace !== undefined) fs.renameSync(place, at(inPlace));
    if (name !== undefined) fs.renameSync(at(name), place);
    inPlace = name;
  };
  return {
    use,
    restore: () => {
      use('own');
      for (const name of Object.keys(lengths)) fs.rmSync(at(name), { recursive: true, force: true });
    },
  };
}

/** What signs the ledgers of the bench's Sluice. */
async function keyIn({ world, signal }: Pick<Setting, 'world' | 'signal'>): Promise<string> {
  const args = ['stack', 'output', 'ledgers', '-s', 'platform', '--json', '--show-secrets'];
  const { output } = await finish(['node', 'bin/sluice.cjs', 'pulumi', ...args], {
    ...{ cwd: world.clone, env: world.env, signal },
  });
  const { key } = JSON.parse(output.slice(output.indexOf('{'))) as { key?: unknown };
  if (typeof key !== 'string') throw new Error('the platform of the bench tells no key of its ledgers');
  return key;
}
