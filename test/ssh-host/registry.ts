import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hashSync } from 'bcryptjs';
import { docker } from '../../clients/docker/docker';
import { foundImages } from '../../stacks/images';

/** How the program of a pushed image behaves. */
export interface Behaviour {
  /** Makes the image another one. */
  version: string;
  /** `healthy` and `ill` have a health check; `plain` runs without one; `exits` says why and ends with code 3. */
  is: 'healthy' | 'ill' | 'plain' | 'exits';
}

/** A real registry with a login, on loopback, for tests. */
export interface LoginRegistry {
  /** `localhost:PORT`, for this machine's engine. */
  address: string;
  container: string;
  username: string;
  password: string;
  /** Pushes an image with busybox in it. @returns its digest */
  push(repository: string, tag: string, behaviour: Behaviour): Promise<string>;
  /** Removes it, with the images of it that this machine's engine has. */
  stop(): Promise<void>;
}

const commands: Record<Behaviour['is'], string[]> = {
  healthy: ['CMD ["sh", "-c", "echo serving; exec sleep 3600"]', 'HEALTHCHECK --interval=1s --retries=2 CMD ["true"]'],
  ill: ['CMD ["sh", "-c", "echo a lost lock; exec sleep 3600"]', 'HEALTHCHECK --interval=1s --retries=1 CMD ["false"]'],
  plain: ['CMD ["sh", "-c", "exec sleep 3600"]', 'HEALTHCHECK NONE'],
  exits: ['CMD ["sh", "-c", "echo no database: giving up; exit 3"]', 'HEALTHCHECK --interval=1s CMD ["true"]'],
};

/** Starts the toolchain's registry with one account. */
export async function startLoginRegistry(name: string): Promise<LoginRegistry> {
  const container = `sluice-test-registry-${name}-${process.pid}`;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-registry-'));
  const login = { username: 'robot$pull', password: randomBytes(18).toString('hex') };
  fs.writeFileSync(path.join(folder, 'htpasswd'), `${login.username}:${hashSync(login.password, 4)}\n`);
  const settings = {
    REGISTRY_AUTH: 'htpasswd',
    REGISTRY_AUTH_HTPASSWD_REALM: 'test',
    REGISTRY_AUTH_HTPASSWD_PATH: '/htpasswd',
    REGISTRY_HTTP_ADDR: ':5000',
    REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/var/lib/registry',
    REGISTRY_STORAGE_DELETE_ENABLED: 'true',
    OTEL_TRACES_EXPORTER: 'none',
  };
  const env = Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  await docker([
    'create',
    '--name',
    container,
    '--publish',
    '127.0.0.1::5000',
    ...env,
    foundImages()['registry'] ?? '',
  ]);
  await docker(['cp', path.join(folder, 'htpasswd'), `${container}:/htpasswd`]);
  await docker(['start', container]);
  const [published = ''] = (await docker(['port', container, '5000'])).stdout.trim().split('\n');
  const address = `localhost:${published.split(':').at(-1) ?? ''}`;
  const config = { DOCKER_CONFIG: folder };
  for (let attempt = 0; ; attempt++) {
    const args = ['login', '--username', login.username, '--password-stdin', address];
    const { code, stderr } = await docker(args, { input: login.password, env: config, allowFailure: true });
    if (code === 0) break;
    if (attempt === 50) throw new Error(`the test's registry does not start: ${stderr}`);
  }
  return {
    address,
    container,
    ...login,
    push: async (repository, tag, { version, is }) => {
      const image = `${address}/${repository}:${tag}`;
      const made = `${container}-${repository.replaceAll('/', '-')}`;
      await docker(['create', '--name', made, '--entrypoint', '', '--user', '0', foundImages()['edge'] ?? '', 'true']);
      const changes = [...commands[is], `LABEL sluice.test.version=${version}`];
      await docker(['commit', ...changes.flatMap((line) => ['--change', line]), made, image]);
      await docker(['rm', made]);
      await docker(['push', image], { env: config });
      const { stdout } = await docker(['image', 'inspect', '--format', '{{join .RepoDigests "\\n"}}', image]);
      const digest = stdout.split('\n').find((each) => each.startsWith(`${address}/${repository}@`));
      // Whoever deploys it has to pull it.
      await docker(['rmi', '--force', image]);
      return digest?.split('@')[1] ?? '';
    },
    stop: async () => {
      await docker(['rm', '--force', '--volumes', container], { allowFailure: true });
      const format = '{{.Repository}}{{if ne .Tag "<none>"}}:{{.Tag}}{{else}}@{{.Digest}}{{end}}';
      const { stdout } = await docker(['image', 'ls', '--digests', '--format', format]);
      const images = stdout.split('\n').filter((image) => image.startsWith(`${address}/`));
      if (images.length > 0) await docker(['rmi', '--force', ...images], { allowFailure: true });
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
