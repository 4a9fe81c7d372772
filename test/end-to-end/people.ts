import * as assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gitHostClient } from '../../clients/git-host';
import { basic, http, type Login } from '../../clients/http';
import { endOf, throughFront, tokenOf } from './attacks/drone-as';
import type { DroneBuild } from '../../clients/drone/client';
import { prefix } from './isolate';
import { Checkout, droneOf, platformOf } from './shop';
import type { World } from './world';

/** Somebody with an account at the git host who may write to the repository, and has signed in to Drone once. */
export interface Person {
  name: string;
  login: Login;
  checkout: Checkout;
  /** For Drone's API. */
  token: string;
}

/** Makes people exist, by the ways that an administrator and they themselves have. */
export async function makePeople(world: World, names: readonly string[]): Promise<Person[]> {
  const { gitHost } = await platformOf(world);
  const { slug } = await droneOf(world);
  const client = gitHostClient({ kind: gitHost.kind, url: gitHost.url, container: `${prefix}-git` });
  const admin: Login = { username: gitHost.username ?? '', password: gitHost.password ?? '' };
  const logins = names.map((username): Login => ({ username, password: randomBytes(18).toString('hex') }));
  await client.ensureAccounts([{ ...admin, admin: true }, ...logins.map((login) => ({ ...login, admin: false }))]);
  const authorization = await authorizationOf(gitHost, admin);
  const people: Person[] = [];
  for (const login of logins) {
    const collaborator = `${gitHost.url}/api/v1/repos/${slug}/collaborators/${login.username}`;
    await http(collaborator, { method: 'PUT', authorization, json: { permission: 'write' } });
    const token = await tokenOf(world, login);
    people.push({ name: login.username, login, token, checkout: await Checkout.of(world, 'discounts', login) });
  }
  return people;
}

/** Gogs' API takes tokens only. */
async function authorizationOf({ kind, url }: { kind: string; url: string }, login: Login): Promise<string> {
  if (kind !== 'gogs') return basic(login);
  const { body } = await http<{ sha1: string }>(`${url}/api/v1/users/${login.username}/tokens`, {
    ...{ method: 'POST', authorization: basic(login) },
    json: { name: `people-${randomBytes(6).toString('hex')}` },
  });
  return `token ${body.sha1}`;
}

/** Promotes a build to production as the button in Drone's pages does. @returns the build that this started, ended */
export async function promote(world: World, number: number, token: string): Promise<DroneBuild> {
  const [started] = await throughFront(world, [{ path: `/builds/${number}/promote?target=production`, token }]);
  assert.equal(started?.status, 200);
  return endOf(world, started.build?.number ?? 0);
}

/** Hides from other people what somebody does at the git host; Gogs knows no such setting. */
export async function hideActivity(world: World, { login }: Person): Promise<void> {
  const { gitHost } = await platformOf(world);
  const json = { hide_activity: true };
  const settings = `${gitHost.url}/api/v1/user/settings`;
  await http(settings, { method: 'PATCH', authorization: basic(login), json, also: [404] });
}
