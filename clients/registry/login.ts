import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { loginKey } from './address';

/**
 * Runs with a docker client configuration that holds one registry's login, in a folder that only this user can read
 * and that is gone afterwards: the login is in no argument and not in the person's own configuration.
 * @param registry as image names begin, `localhost:5500` or `harbor.example.com/shop`
 * @param run gets the environment variables for the docker client
 */
export async function withRegistryLogin<T>(
  registry: string,
  login: { username: string; password: string } | undefined,
  run: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  if (login === undefined) return run({});
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-push-'));
  try {
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    const config = JSON.stringify({ auths: { [loginKey(registry)]: { auth } } });
    await writeFile(path.join(folder, 'config.json'), config, { mode: 0o600 });
    return await run({ DOCKER_CONFIG: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
