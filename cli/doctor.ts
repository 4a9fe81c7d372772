import { inspect, type ItemReport } from '../toolchain';

const help = `Usage: npm run doctor [-- --json]

Shows what this machine has and lacks to run Sluice: what was found, what is needed, where it would come from and what
that costs. Changes nothing; "npm run up" and "npm test" bring what is missing.

  --json   one JSON list on standard output
  --help   this text

Exit codes: 0 everything is there, 1 something is missing, 2 wrong use.
`;

/** The verb `doctor`. @returns the exit code */
export default async function doctor(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown !== undefined) {
    process.stderr.write(`doctor: unknown argument "${unknown}"\n  next: npm run doctor -- --help\n`);
    return 2;
  }
  const reports = await inspect();
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(reports, null, 2)}\n` : `${doctorTable(reports)}\n`);
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
  if (stuck.length > 0) return `${table}\n\nTo be done by hand: ${stuck.map(({ item }) => item).join(', ')} (see above).`;
  return `${table}\n\nnpm run up brings what is missing.`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
