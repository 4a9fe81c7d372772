import * as fs from 'node:fs';
import * as path from 'node:path';
import { runCheck } from '../../../checks/container';
import type { RequestOf } from '../../../checks/contract';
import type { CheckVerdict } from '../../../checks/protocol';
import { supervise } from '../../../checks/supervise';
import { projectRoot } from '../../../base/paths';
import { foundImages } from '../../../stacks/images';
import type { EvidenceFile } from '../../../targets/evidence-files';
import { temporaryFolder } from '../fixtures';

/** What a check in a browser has said and left. */
export interface Browsed {
  verdict: CheckVerdict;
  /** Names below the check's folder. */
  files: EvidenceFile[];
}

/**
 * Runs a check in the browser of the tools image; in that of this machine where SLUICE_CHROMIUM names one, so that whoever works on a page
 * needs no engine.
 */
export async function browsed(
  scenario: string,
  urls: Record<string, string>,
  viewport: { width: number; height: number } = { width: 1280, height: 800 },
): Promise<Browsed> {
  const folder = temporaryFolder();
  const settings = { scenario, viewports: [{ name: 'desktop', ...viewport }] };
  const check = { name: 'shop', type: 'browser' as const, environment: 'staging', candidate: {}, urls, settings };
  const verdict = await (process.env['SLUICE_CHROMIUM'] === undefined
    ? runCheck({
        ...{ check: { ...check, timeLimitSeconds: 120 }, image: foundImages()['tools'] ?? '', network: 'host' },
        ...{ instance: `sluice-test-${process.pid}`, evidencePath: 'shop', localFolder: folder, log: () => undefined },
      })
    : here({ ...check, timeLimitSeconds: 120, evidence: folder }));
  return { verdict, files: filesIn(folder) };
}

function here(request: RequestOf<'browser'>): Promise<CheckVerdict> {
  return supervise(request, path.join(projectRoot, 'checks', 'main.cjs'), ['--inside']);
}

function filesIn(folder: string): EvidenceFile[] {
  const names = fs.readdirSync(folder, { recursive: true }) as string[];
  return names
    .filter((name) => fs.statSync(path.join(folder, name)).isFile())
    .map((name) => ({ name, content: fs.readFileSync(path.join(folder, name)) }));
}
