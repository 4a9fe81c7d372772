import * as fs from 'node:fs';
import * as path from 'node:path';
import { sluiceHome } from './paths';
import { replaceFile } from './replace-file';

/**
 * The variable by which a verb tells Pulumi's program what the toolchain has found on this machine, as JSON: image references by part. It
 * counts for this verb alone, so that one that is refused has changed nothing for the next.
 */
export const imagesVariable = 'SLUICE_IMAGES';

function imagesFile(environment: NodeJS.ProcessEnv): string {
  return path.join(sluiceHome(environment), 'images.json');
}

/**
 * The toolchain's choice for this machine, by part: that of the verb which runs this, else that with which a platform was last brought up;
 * empty before the first time.
 */
export function foundImages(environment: NodeJS.ProcessEnv = process.env): Record<string, string | undefined> {
  const given = environment[imagesVariable];
  const file = imagesFile(environment);
  const text = given ?? (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{}');
  return JSON.parse(text) as Record<string, string>;
}

/** Notes what a platform has just been brought up with, for plain Pulumi where no verb tells it. Whole or not at all. */
export function keepImages(environment: NodeJS.ProcessEnv = process.env): void {
  if (environment[imagesVariable] === undefined) return;
  replaceFile(imagesFile(environment), `${JSON.stringify(foundImages(environment), null, 2)}\n`);
}
