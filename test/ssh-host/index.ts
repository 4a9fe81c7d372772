import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { docker, dockerExec, type DockerResult } from '../../clients/docker/docker';
import type { SshConnection } from '../../clients/ssh/ssh';
import { keyPair } from '../clients/ssh/ssh-keys';
import { buildTestImage } from '../clients/docker/test-image';

/** What of compose a machine has: Debian's `docker-compose` 1.29, or besides it the docker client's plugin (`docker compose` 2.26). */
export const composes = ['docker-compose', 'docker compose'] as const;
export type Compose = (typeof composes)[number];

/**
 * A machine of somebody's for tests: a real OpenSSH server, with docker and {@link Compose}, and this machine's own engine behind it (the
 * engine's socket is mounted). So a registry at `localhost:PORT` of this machine is reached by that name there, too.
 */
export interface SshHost {
  /** Where it is reached from this machine, with its own key; without password and private key. */
  place: SshConnection;
  /** The account's password, and the text of its private key. Both are let in. */
  password: string;
  privateKey: string;
  /** Further keys of the machine, as `.pub` files have them. */
  hostKeys: { ed25519: string; rsa: string };
  /** The container that it is. */
  container: string;
  /** Runs a shell script there, as root unless told. @throws DockerError unless `allowFailure` */
  run(script: string, options?: { user?: string; input?: string; allowFailure?: boolean }): Promise<DockerResult>;
  /** Writes a file of the account `deploy`; folders are made. */
  write(file: string, text: string, mode?: string): Promise<void>;
  /** A file's text, byte by byte. */
  read(file: string): Promise<string>;
  /** Takes it away, with what its compose projects run. */
  stop(): Promise<void>;
}

/** Where such a machine has the plugin's file, in its place or not. */
export const pluginFile = '/opt/docker-compose';

/** The image of such machines, built when it is first asked for, of the toolchain's tools image and Debian's packages. */
export function sshHostImage(): Promise<string> {
  return buildTestImage('ssh-host', __dirname);
}

const account = 'deploy';

/**
 * Starts such a machine.
 * @param o.networks Docker networks that it is in, besides the engine's default one
 * @param o.socket of the engine behind it; this machine's own by default
 * @param o.projects compose projects whose containers and networks go with it
 * @param o.compose what the machine has of compose; @default docker-compose
 */
export async function startSshHost(o: {
  name: string;
  networks?: readonly string[];
  socket?: string;
  projects?: readonly string[];
  compose?: Compose;
}): Promise<SshHost> {
  const image = await sshHostImage();
  const container = `sluice-test-ssh-${o.name}-${process.pid}`;
  const password = randomBytes(18).toString('hex');
  const keys = keyPair();
  await docker([
    ...['create', '--name', container, '--hostname', o.name],
    ...['--label', 'sluice.test=ssh-host', '--publish', '127.0.0.1::22'],
    ...['--volume', `${o.socket ?? '/var/run/docker.sock'}:/var/run/docker.sock`],
    image,
  ]);
  for (const network of o.networks ?? []) await docker(['network', 'connect', network, container]);
  await docker(['start', container]);
  const run: SshHost['run'] = (script, options = {}) =>
    dockerExec(container, ['sh', '-c', script], { user: options.user ?? '0', ...options });
  if (o.compose === 'docker compose') {
    const plugins = '/usr/libexec/docker/cli-plugins';
    await run(`mkdir -p ${plugins} && ln -s ${pluginFile} ${plugins}/`);
  }
  await run('sh /prepare.sh', { input: `${password}\n${keys.public}\n` });
  await run(
    'for i in $(seq 100); do bash -c ": < /dev/tcp/127.0.0.1/22" 2> /dev/null && exit; sleep 0.1; done; exit 1',
  );
  const port = Number((await docker(['port', container, '22'])).stdout.trim().split('\n')[0]?.split(':').at(-1));
  const publicKey = async (type: string): Promise<string> =>
    (await run(`cut -d' ' -f1-2 /etc/ssh/ssh_host_${type}_key.pub`)).stdout.trim();
  const hostKeys = { ed25519: await publicKey('ed25519'), rsa: await publicKey('rsa') };
  return {
    place: { host: '127.0.0.1', port, user: account, hostKey: hostKeys.ed25519 },
    password,
    privateKey: keys.private,
    hostKeys,
    container,
    run,
    write: async (file, text, mode = '644') => {
      const [where, what] = [path.posix.dirname(file), JSON.stringify(file)];
      const script = `mkdir -p ${where} && chown ${account}: ${where} && cat > ${what} && chmod ${mode} ${what} && chown ${account}: ${what}`;
      await run(script, { input: text });
    },
    read: async (file) => (await run(`cat ${JSON.stringify(file)}`)).stdout,
    stop: async () => {
      const of = (project: string) => ['--filter', `label=com.docker.compose.project=${project}`];
      const listed = async (...args: string[]): Promise<string[]> =>
        (await docker(args)).stdout.split('\n').filter((id) => id !== '');
      for (const project of o.projects ?? []) {
        const containers = await listed('ps', '--all', '--quiet', ...of(project));
        await docker(['rm', '--force', '--volumes', container, ...containers], { allowFailure: true });
        for (const network of await listed('network', 'ls', '--quiet', ...of(project)))
          await docker(['network', 'rm', network], { allowFailure: true });
      }
      await docker(['rm', '--force', '--volumes', container], { allowFailure: true });
    },
  };
}
