import { randomInt } from 'node:crypto';
import { append } from '../../../store/ledger/append';
import { candidate, verdict } from '../../releases/fixtures';
import { openShared, type SharedPlace } from '../contract-writers';
import { keys } from './fixtures';

/** `SHARED=… writer.ts NAME COUNT BYTES`: writes so many records of up to so many bytes into a store, and says each that is written. */
async function main([name = '', count = '', bytes = '']: string[]): Promise<void> {
  const store = openShared(JSON.parse(process.env['SHARED'] ?? '') as SharedPlace);
  const most = Number(bytes);
  for (let index = 0; index < Number(count); index += 1) {
    const body = String(index).padEnd(randomInt(Math.min(1_000, most), most), name);
    const gate = { checks: [{ name: 'shop', type: 'http' as const, settings: { body }, timeLimitSeconds: 30 }] };
    const record = { ...verdict(candidate('a'), gate, 'passed'), by: `${name} ${index}` };
    // What a caller decides on is read as well, at times.
    await append(store, 'production', index % 5 === 0 ? () => [record] : [record], { keys });
    process.stdout.write(`${record.by}\n`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error instanceof Error ? error.stack : error));
  process.exit(1);
});
