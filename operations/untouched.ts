import * as fs from 'node:fs';
import { sluiceHome } from '../base/paths';

/** Whether nothing was ever brought up from here: then there is no need to install anything to say so. */
export function isUntouched(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment['PULUMI_BACKEND_URL'] === undefined && !fs.existsSync(sluiceHome(environment));
}
