import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ensure } from '../toolchain';

let home: string | undefined;

/** Before tests on a real engine: what the machine lacks is brought, and its images are known in a home of the tests' own. */
export async function mochaGlobalSetup(): Promise<void> {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-home-'));
  process.env['SLUICE_HOME'] = home;
  Object.assign(process.env, (await ensure({ say: (line) => void process.stdout.write(`${line}\n`) })).env);
}

/** After them: the home goes, the toolchain stays. */
export function mochaGlobalTeardown(): void {
  if (home !== undefined) fs.rmSync(home, { recursive: true, force: true });
}
