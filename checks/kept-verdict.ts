import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CheckRequest } from './contract';
import { unknownVerdict, type CheckVerdict } from './protocol';

/** The file of the evidence with the verdict. */
export const keptAs = 'verdict.json';

/** Makes an evidence folder in which everybody may make files, and nobody takes those of others away. */
export function prepareShared(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.chmodSync(folder, 0o1777);
}

/**
 * Leaves the verdict in the evidence, beside what the check has written.
 * @param shared another user may have put something in the verdict's place: it is not written through, but goes first
 * @returns the verdict with the names of all files; "unknown" when it can't be left there, since a pass leaves its proof
 */
export function keepVerdict(request: CheckRequest, verdict: CheckVerdict, shared: boolean): CheckVerdict {
  const { name, type, environment, candidate, urls, evidence } = request;
  const file = path.join(evidence, keptAs);
  try {
    fs.mkdirSync(evidence, { recursive: true });
    if (shared) fs.rmSync(file, { force: true });
    const files = [...new Set([...fs.readdirSync(evidence), keptAs])].sort();
    const complete = { ...verdict, files };
    const content = { name, type, environment, candidate, urls, ...complete };
    fs.writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { flag: shared ? 'wx' : 'w' });
    return complete;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return unknownVerdict(`its verdict was ${verdict.verdict}, but can't be kept: ${problem}`, new Date());
  }
}
