import { ratioOf, spreadOf, type Spread } from './ratio';
import type { Comparison, Row, Target } from './result';

const heading = ['row', 'figure', 'min', 'median', 'max', 'target', 'median (least to greatest) of each'];

/** Which columns hold numbers. */
const isNumber = (column: number): boolean => column >= 2 && column <= 4;

/** The bench's table: a line for each comparison, then what is to be known of each row. */
export function tableText(rows: readonly Row[], machine: string): string[] {
  const lines = rows.flatMap(({ name, comparisons }) =>
    comparisons.map((comparison, index) => cells(index === 0 ? name : '', comparison)),
  );
  const all = [heading, ...lines];
  const widths = heading.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const padded = (line: readonly string[]): string =>
    line
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [
    ...all.map(padded),
    '',
    'min, median, max: of the ratios of all rounds; in a round both are measured one after the other',
    ...rows.flatMap(({ name, what, notes }) => [`${name}: ${what}`, ...notes.map((note) => `  ${note}`)]),
    `machine: ${machine}`,
  ];
}

function cells(name: string, comparison: Comparison): string[] {
  const { figure, one, other, rounds, target, unit, missing } = comparison;
  const what = `${figure}, ${one} : ${other}`;
  if (missing !== undefined || rounds.length === 0) {
    return [name, what, '–', '–', '–', targetText(target), `not measured: ${missing ?? 'no round was completed'}`];
  }
  const ratio = ratioOf(rounds);
  const shown = ratio === undefined ? ['–', '–', '–'] : [ratio.min, ratio.median, ratio.max].map((r) => r.toFixed(2));
  const sides = [spreadOf(rounds.map(([first]) => first)), spreadOf(rounds.map(([, second]) => second))];
  const raw = `${sides.map(spreadText).join(' : ')} ${unit}, ${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`;
  return [name, what, ...shown, targetText(target), raw];
}

function targetText(target: Target | undefined): string {
  if (target === undefined) return '';
  const bound = `${target.at === 'most' ? '≤' : '≥'} ${target.value}`;
  return target.of === 'ratio' ? bound : `first ${bound}`;
}

function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return '–';
  return `${short(spread.median)} (${short(spread.min)} to ${short(spread.max)})`;
}

/** Three digits, and all of those before the point. */
function short(figure: number): string {
  const digits = Math.abs(figure) >= 100 || Number.isInteger(figure) ? 0 : Math.abs(figure) >= 10 ? 1 : 2;
  return figure.toFixed(digits);
}

/** The same for programs: one object, ratios worked out, the figures of each round beside them. */
export function jsonText(rows: readonly Row[], machine: string): string {
  const worked = rows.map(({ comparisons, ...row }) => ({
    ...row,
    comparisons: comparisons.map((each) => ({ ...each, ratio: ratioOf(each.rounds) ?? null })),
  }));
  return JSON.stringify({ machine, rows: worked }, null, 2);
}
