import type { Operation } from '../serving/plugin';
import { readAll, type Engine } from './engine';
import { authHeader, loginFor, parseImageName } from './registry-auth';
import { thisMachine, type Session } from './settings';

/** An image of the engine, as far as it is used here. */
export interface ImageInfo {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
}

/** The engine's image of this name, digest or id. */
export function findImage(engine: Engine, name: string): Promise<ImageInfo | undefined> {
  return engine.find<ImageInfo>(`/images/${encodeURI(name)}/json`);
}

/**
 * The engine's image of this name; pulled when the engine has none. A name that the engine has is not looked up in the
 * registry again, whatever its tag points to there now.
 */
export async function findOrPull(
  { engine, logins }: Session,
  name: string,
  platform: string,
  operation: Pick<Operation, 'signal' | 'status'>,
): Promise<ImageInfo> {
  const present = await findImage(engine, name);
  if (present !== undefined) return present;
  const { registry, reference } = parseImageName(name);
  operation.status(`pulling ${name}`);
  const login = loginFor(registry, logins, thisMachine);
  try {
    const stream = await engine.stream('POST', '/images/create', {
      query: { fromImage: withoutTag(name), tag: reference, platform: platform || undefined },
      headers: authHeader(registry, login),
      signal: operation.signal,
    });
    for (const line of (await readAll(stream)).toString().split('\n')) {
      const error = line.trim() === '' ? undefined : (JSON.parse(line) as { error?: string }).error;
      if (error !== undefined) throw new Error(error);
    }
  } catch (error) {
    const hint = login === undefined ? ` (no login for ${registry} is in the provider's registryAuth)` : '';
    // The engine's words come last: they may end with a line for programs (base/codes.ts).
    throw new Error(`unable to pull image ${name}${hint}: ${(error as Error).message}`, { cause: error });
  }
  const pulled = await findImage(engine, name);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}

/** The name as far as its repository. */
export function withoutTag(name: string): string {
  const base = name.split('@')[0] ?? name;
  const colon = base.lastIndexOf(':');
  return colon > base.lastIndexOf('/') ? base.slice(0, colon) : base;
}

/** The image's digest in the repository that its name names; the first one there is otherwise; "" when it has none. */
export function repoDigest(name: string, image: ImageInfo): string {
  const digests = image.RepoDigests ?? [];
  const wanted = name.includes('@') ? name.slice(name.indexOf('@')) : '@';
  const own = digests.filter((digest) => digest.startsWith(`${withoutTag(name)}@`));
  return own.find((digest) => digest.endsWith(wanted)) ?? own[0] ?? digests[0] ?? '';
}
