import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** A docker client that only writes down how it was called. */
export interface FakeDocker {
  /** The arguments of each call, and what came on standard input. */
  calls(): { args: string[]; input: string }[];
  restore(): void;
}

/**
 * Puts a docker client of our own in front of the PATH.
 * @param answers the first whose part is in the arguments decides what is printed, and how it ends; one with `times` counts for
 *   so many of these calls
 */
export function fakeDocker(
  answers: { part: string; stdout?: string; stderr?: string; code?: number; times?: number }[],
): FakeDocker {
  const folder = mkdtempSync(path.join(tmpdir(), 'fake-docker-'));
  const log = path.join(folder, 'log');
  const program = `#!${process.execPath}
const args = process.argv.slice(2);
const fs = require('node:fs');
const before = fs.existsSync(${JSON.stringify(log)}) ? fs.readFileSync(${JSON.stringify(log)}, 'utf8').trim().split('\\n') : [];
const called = (part) => before.filter((line) => JSON.parse(line).args.join(' ').includes(part)).length;
const answer = ${JSON.stringify(answers)}.find(
  ({ part, times }) => args.join(' ').includes(part) && (times === undefined || called(part) < times)) ?? {};
const input = args.includes('-i') ? fs.readFileSync(0, 'utf8') : '';
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args, input }) + '\\n');
process.stdout.write(answer.stdout ?? '');
process.stderr.write(answer.stderr ?? '');
process.exitCode = answer.code ?? 0;
`;
  const file = path.join(folder, 'docker');
  writeFileSync(file, program);
  chmodSync(file, 0o755);
  const before = process.env['PATH'] ?? '';
  process.env['PATH'] = `${folder}${path.delimiter}${before}`;
  return {
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as { args: string[]; input: string })
        : [],
    restore: () => {
      process.env['PATH'] = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
