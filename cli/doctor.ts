import { inspect, type ItemReport } from '../toolchain';
import type { Call } from './call';
import { neededHere } from '../operations/needed-items';

/** The verb `doctor`: what this machine has and lacks. Changes nothing on it. @returns 1 when something is missing */
export async function run(call: Call): Promise<number> {
  const { only, imageMirror } = neededHere();
  const reports = await inspect(only, imageMirror);
  if (only !== undefined) {
    call.note('a git host, a CI server and a registry are not looked for: those of sluice:ci are elsewhere');
  }
  call.say(call.options['json'] === true ? JSON.stringify(reports, null, 2) : doctorTable(reports));
  return reports.every(({ ok }) => ok) ? 0 : 1;
}

/** The table for people, and below it what to do. */
export function doctorTable(reports: readonly ItemReport[]): string {
  const rows = reports.map((report) => [
    report.ok ? 'ok' : 'missing',
    report.item,
    report.found,
    report.needed,
    report.from,
    report.cost,
  ]);
  const table = aligned([['', 'item', 'found', 'needed', 'from', 'cost'], ...rows]);
  const missing = reports.filter(({ ok }) => !ok);
  const stuck = missing.filter(({ from }) => from === 'nowhere');
  if (missing.length === 0) return `${table}\n\nEverything is there.`;
  if (stuck.length > 0)
    return `${table}\n\nTo be done by hand: ${stuck.map(({ item }) => item).join(', ')} (see above).`;
  return `${table}\n\nnpm run up brings what is missing.`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
