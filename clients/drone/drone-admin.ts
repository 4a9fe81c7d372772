import { setTimeout as pause } from 'node:timers/promises';
import { DroneApi } from './api';
import { nextLine } from '../../base/errors';

/** A repository as Drone knows it, as far as it is used. */
export interface DroneRepository {
  slug: string;
  active: boolean;
}

/** A secret of a repository. */
export interface DroneSecret {
  name: string;
  data: string;
}

/** What of a repository is set in Drone. */
export interface DroneRepositorySettings {
  /** Steps may mount folders and sockets of the machine. */
  trusted: boolean;
  /** Minutes after which a build is ended. */
  timeout: number;
  /** Pull requests from forks are not built. */
  ignore_forks: boolean;
  /** Pull requests are not built at all. */
  ignore_pull_requests: boolean;
}

/**
 * The token that a session's user has in Drone; the same at every call, and after Drone was started again.
 * @param o.renew make a new one, which ends the old one. @default false
 */
export function droneToken(url: string, cookies: string, o: { renew?: boolean } = {}): Promise<string> {
  return new DroneAdmin(url, { cookies }).token(o.renew === true);
}

/** How many times it is asked, four times a second. */
const patience = 480;

/** What is set up in Drone, in the name of one user: right after it was started, so it is waited for. */
export class DroneAdmin extends DroneApi {
  /** The user's token, see {@link droneToken}. */
  async token(renewed: boolean): Promise<string> {
    const path = `/user/token${renewed ? '?rotate=true' : ''}`;
    return (await this.call<{ token: string }>(path, { method: 'POST' })).body.token;
  }

  /** Who is asking. @throws HttpError 401 when Drone does not know them */
  async user(): Promise<{ login: string; admin: boolean }> {
    return (await this.call<{ login: string; admin: boolean }>('/user')).body;
  }

  /**
   * Waits until Drone has read the user's repositories, which it begins to do at a first login. Its end writes the whole user as he was
   * at that login: a token that was renewed meanwhile would be the old one again.
   */
  async untilSynchronized(): Promise<void> {
    for (let attempt = 0; attempt < patience; attempt++) {
      const { body } = await this.call<{ login: string; syncing?: boolean }>('/user');
      if (body.syncing !== true) return;
      await pause(250);
    }
    throw new Error(`${this.url} is still reading the repositories of its account\n${nextLine('npm run up')}`);
  }

  /** Makes an account known before its first login, and an administrator or not. */
  async ensureUser(login: string, admin: boolean): Promise<void> {
    const known = await this.call<{ admin: boolean }>(`/users/${login}`, { also: [404] });
    if (known.status === 404) await this.call('/users', { method: 'POST', json: { login, admin, active: true } });
    else if (known.body.admin !== admin) await this.call(`/users/${login}`, { method: 'PATCH', json: { admin } });
  }

  /** Reads the user's repositories from the git host, as the button in Drone's pages does. */
  async synchronize(): Promise<void> {
    await this.call('/user/repos?async=false', { method: 'POST', timeoutSeconds: 120 });
  }

  /** The repository, or undefined when Drone does not know it or the user may not see it. */
  async repository(slug: string): Promise<DroneRepository | undefined> {
    const answer = await this.call<DroneRepository>(`/repos/${slug}`, { also: [404] });
    return answer.status === 404 ? undefined : answer.body;
  }

  /** Builds pushes from now on: makes the repository active and its hook anew. */
  async activate(slug: string): Promise<void> {
    await this.call(`/repos/${slug}`, { method: 'POST' });
  }

  /** Makes the hook of an active repository anew and takes over what the git host says of it. */
  async repair(slug: string): Promise<void> {
    await this.call(`/repos/${slug}/repair`, { method: 'POST' });
  }

  /** Only an administrator can set what is named here. */
  async configure(slug: string, settings: DroneRepositorySettings): Promise<void> {
    await this.call(`/repos/${slug}`, { method: 'PATCH', json: settings });
  }

  /** Sets a secret that pushes see and pull requests do not. */
  async setSecret(slug: string, { name, data }: DroneSecret): Promise<void> {
    const json = { name, data, pull_request: false, pull_request_push: false };
    const secrets = `/repos/${slug}/secrets`;
    const changed = await this.call(`${secrets}/${name}`, { method: 'PATCH', json, also: [404] });
    if (changed.status === 404) await this.call(secrets, { method: 'POST', json });
  }

  /** Names of a repository's secrets. What they hold Drone tells nobody. */
  async secretNames(slug: string): Promise<string[]> {
    const { body } = await this.call<{ name: string }[]>(`/repos/${slug}/secrets`);
    return body.map(({ name }) => name);
  }

  /** Removes a secret; one that has gone already is none to complain of. */
  async removeSecret(slug: string, name: string): Promise<void> {
    await this.call(`/repos/${slug}/secrets/${name}`, { method: 'DELETE', also: [404] });
  }
}
