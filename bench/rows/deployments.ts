import type { Pair } from '../ratio';
import { behaviours, pushReleases, type BenchRelease } from '../releases';
import type { Comparison, Row } from '../result';
import { noCompose, type Setting } from '../setting';
import { composeContender, SluiceContender } from '../contenders';
import { underLoad, type Got } from '../under-load';

/** At most so many deployments in a round; then the others have their turn. */
const perRound = 5;

/** What each got in one round. */
interface Round {
  sluice: Got;
  compose?: Got;
  /** Sluice's environment, with nobody deploying to it, for as long as Sluice took. */
  edge: Got;
}

/** Deployments while people ask: by Sluice, by docker-compose, and none. */
export default async function deployments(setting: Setting): Promise<Row> {
  const { options, signal, note } = setting;
  note('deployments: pushing releases');
  const [first, ...releases] = await pushReleases(setting, ['good', ...behaviours(options.deployments)]);
  if (first === undefined) throw new Error('there is no release');
  const sluice = await SluiceContender.make(setting, first);
  const compose = setting.compose === undefined ? undefined : await composeContender(setting, setting.compose, first);
  const o = { rate: options.rate, signal };
  const rounds: Round[] = [];
  try {
    const all = inRounds(releases, perRound);
    for (const [index, some] of all.entries()) {
      note(`deployments: round ${index + 1} of ${all.length}, Sluice`);
      const ours = await underLoad(sluice, some, o);
      note(`  ${told(ours)}; no deployments`);
      for (const moment of ours.moments) note(`  lost at ${moment}`);
      const idle = await underLoad({ url: sluice.url }, ours.seconds, o);
      note(`  ${told(idle)}${compose === undefined ? '' : '; docker-compose'}`);
      const theirs = compose === undefined ? undefined : await underLoad(compose, some, o);
      if (theirs !== undefined) note(`  ${told(theirs)}`);
      rounds.push({ sluice: ours, edge: idle, ...(theirs === undefined ? {} : { compose: theirs }) });
    }
  } finally {
    await compose?.project.down();
    await sluice.end();
  }
  return row(releases, rounds, options.rate);
}

/** Parts of a list, as even as can be. */
export function inRounds<T>(all: readonly T[], most: number): T[][] {
  const size = Math.ceil(all.length / Math.ceil(all.length / most));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

function row(releases: readonly BenchRelease[], rounds: readonly Round[], rate: number): Row {
  const comparisons = (['compose', 'edge'] as const).flatMap((other) =>
    (['lost', 'p99', 'cut'] as const).flatMap((figure): Comparison[] => {
      if (figure === 'cut' && other === 'edge') return [];
      return [
        {
          ...figures[figure],
          one: 'Sluice',
          other: names[other],
          ...pairsOf(rounds, other, figure),
        },
      ];
    }),
  );
  const kinds = summed(releases.map(({ behaviour }) => ({ [behaviour]: 1 })));
  return {
    name: 'deployments',
    what: `${releases.length} deployments (${kinds}) under ${rate} requests/s : docker-compose up -d of the same images : the edge without deployments for the same time`,
    comparisons,
    notes: [
      total(rounds, 'sluice'),
      ...(rounds.some(({ compose }) => compose !== undefined) ? [total(rounds, 'compose')] : []),
      total(rounds, 'edge'),
      'half of the requests over kept connections, one in twenty takes 5 s; p99 is that of the others; a WebSocket across each deployment',
    ],
  };
}

/** All that one contender's people got. */
function total(rounds: readonly Round[], who: keyof Round): string {
  const got = rounds.flatMap((round) => round[who] ?? []);
  const sum = (of: (each: Got) => number): number => got.reduce((all, each) => all + of(each), 0);
  const ways = summed(got.map(({ failures }) => failures));
  return [
    `${names[who]}: ${sum(({ lost }) => lost)} of ${sum(({ requests }) => requests)} requests lost`,
    ...(ways === '' ? [] : [` (${ways})`]),
    `, ${sum(({ cut }) => cut)} WebSockets cut off, ${Math.round(sum(({ seconds }) => seconds))} s`,
  ].join('');
}

/** Counts added up by name: `20 good, 4 exits` */
function summed(counts: readonly Readonly<Record<string, number>>[]): string {
  const all = new Map<string, number>();
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) {
    all.set(name, (all.get(name) ?? 0) + count);
  }
  return Array.from(all, ([name, count]) => `${count} ${name}`).join(', ');
}

const names: Readonly<Record<keyof Round, string>> = {
  sluice: 'Sluice',
  compose: 'docker-compose',
  edge: 'no deployments',
};

const none = { of: 'figure', at: 'most', value: 0 } as const;
const figures = {
  lost: { figure: 'requests lost', unit: 'requests', target: none },
  p99: { figure: 'p99 of ordinary requests', unit: 'ms' },
  cut: { figure: 'WebSockets cut off', unit: 'sockets', target: none },
} as const;

function pairsOf(
  rounds: readonly Round[],
  other: 'compose' | 'edge',
  figure: keyof typeof figures,
): Pick<Comparison, 'rounds' | 'missing'> {
  const pairs = rounds.flatMap((round): Pair[] => {
    const held = round[other];
    return held === undefined ? [] : [[round.sluice[figure], held[figure]]];
  });
  return { rounds: pairs, ...(pairs.length === 0 && other === 'compose' ? { missing: noCompose } : {}) };
}

function told({ requests, lost, p99, cut, seconds }: Got): string {
  return `${lost} of ${requests} requests lost, p99 ${Math.round(p99)} ms, ${cut} WebSockets cut off, ${Math.round(seconds)} s`;
}
