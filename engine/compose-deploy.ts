import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { frameOf, type ComposeFile } from '../releases/compose-image';
import { quoted } from './ssh';

/** What a deployment into a compose project puts in place. */
export interface ComposeDeployment {
  /** Folder of the machine with the `docker-compose.yml`. */
  folder: string;
  /** Text of that file as it is now. */
  text: string;
  file: ComposeFile;
  /** By service: the image as it is to stand in the file, `repository:tag@sha256:…`, and seconds until it must be healthy. */
  images: Readonly<Record<string, { image: string; digest: string; healthySeconds: number }>>;
  /** Login to the registry; without a username none is asked for. */
  registry: { host: string; username: string; password: string };
  /** What the ledger gets when it fails: a JSON object, to which time, who and why are added. */
  record: object;
  /** Seconds to wait for another one who is at work in the folder. */
  lockSeconds: number;
}

const program = path.join(__dirname, 'compose-deploy.sh');

/**
 * The script of a deployment, for the standard input of `sh -s`. It is the same whatever images stand in the file now, so asking for what is
 * there already is no change. It holds the registry's password.
 */
export function deployScript(deployment: ComposeDeployment): string {
  const { folder, text, file, images, registry, record, lockSeconds } = deployment;
  const values = {
    folder,
    project_name: file.project,
    frame: createHash('sha256').update(frameOf(text, file.lines)).digest('hex'),
    masks: file.lines.map(({ line }) => `${line}s/.*//`).join(';'),
    registry: registry.host,
    username: registry.username,
    password: registry.password,
    lock_seconds: String(lockSeconds),
    record: JSON.stringify(record).slice(0, -1),
  };
  const calls = file.lines.map(({ service, line, before, after, quote }) => {
    const { image = '', digest = '', healthySeconds = 0 } = images[service] ?? {};
    const words = [service, String(line), before, after, quote, image, digest, String(Math.ceil(healthySeconds))];
    return `"$@" ${words.map(quoted).join(' ')}`;
  });
  return [
    ...Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`),
    `each() { ${calls.join(' && ')}; }`,
    fs.readFileSync(program, 'utf8'),
    // Called last: a script that was cut off on its way does nothing.
    'main < /dev/null',
    '',
  ].join('\n');
}

/** What a deployment prints. */
export interface ComposeDeployed {
  services: Record<string, { digest: string; image: string; container: string }>;
}
