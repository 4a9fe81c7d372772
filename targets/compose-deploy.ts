import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { frameOf, type ComposeFile } from './compose-image';
import { quoted } from '../clients/ssh/ssh';

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
  /** Another text for each time that the machine was not as the last deployment had left it: the script has to run again. @default '' */
  mending?: string;
}

/**
 * The script of a deployment, for the standard input of `sh -s`. It is the same whatever images stand in the file now, so asking for what is
 * there already is no change. It holds the registry's password.
 */
export function deployScript(deployment: ComposeDeployment): string {
  const { folder, text, file, images, registry, record, lockSeconds, mending = '' } = deployment;
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
    ...(mending === '' ? {} : { mending }),
  };
  const calls = file.lines.map(({ service, line, before, after, quote }) => {
    const { image = '', digest = '', healthySeconds = 0 } = images[service] ?? {};
    const words = [service, String(line), before, after, quote, image, digest, String(Math.ceil(healthySeconds))];
    return `"$@" ${words.map(quoted).join(' ')}`;
  });
  return [
    ...Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`),
    `each() { ${calls.join(' && ')}; }`,
    partOf('on-host.sh'),
    partOf('compose-deploy.sh'),
    // Called last: a script that was cut off on its way does nothing.
    'main < /dev/null',
    '',
  ].join('\n');
}

/** What a machine's engine is to have. */
export interface Pull {
  folder: string;
  /** The folder is Sluice's own, and made when nothing has needed it before; one of a compose project has to be there. */
  makesFolder: boolean;
  image: string;
  registry: ComposeDeployment['registry'];
}

/** A script that brings an image to the machine's engine, unless it is there, as {@link deployScript} does. It holds the registry's password. */
export function pullScript(o: Pull): string {
  const { host, username, password } = o.registry;
  const values = { folder: o.folder, image: o.image, registry: host, username, password };
  const made = o.makesFolder ? 'mkdir -p -m 700 "$folder" && ' : '';
  return [
    ...Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`),
    partOf('on-host.sh'),
    `main() {
  trap forget_login EXIT
  ! docker image inspect "$image" > /dev/null 2>&1 || return 0
  ${made}cd "$folder" && folder=$(pwd) && mkdir -p -m 700 .sluice ||
    fail_as folder-refused "there is no folder $folder that $(id -un) may write into"
  log_in
  with_login docker pull --quiet "$image" > .sluice/said 2>&1 || fail "$image can't be pulled: $(tail -n 1 .sluice/said)"
}
main < /dev/null
`,
  ].join('\n');
}

function partOf(name: string): string {
  return fs.readFileSync(path.join(__dirname, name), 'utf8');
}

/** What a deployment prints. */
export interface ComposeDeployed {
  services: Record<string, { digest: string; image: string; container: string }>;
}
