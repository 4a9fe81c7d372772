import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';

/** What of this checkout no verb of the product needs. */
const leftOut = ['test/', 'bench/', 'docs/', 'storedog/'];

/**
 * Another checkout of this project, with the files that git knows here, as they are now.
 * @param packages whether it has the npm packages, as a link to those of this one
 */
export function copyCheckout(to: string, packages: boolean): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  for (const name of listed.split('\0')) {
    const from = path.join(projectRoot, name);
    if (name === '' || leftOut.some((folder) => name.startsWith(folder)) || !fs.existsSync(from)) continue;
    fs.mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
    fs.copyFileSync(from, path.join(to, name));
  }
  if (packages) fs.symlinkSync(path.join(projectRoot, 'node_modules'), path.join(to, 'node_modules'));
}
