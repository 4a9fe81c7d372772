import { DroneAdmin, droneToken } from '../../../clients/drone/drone-admin';
import { gitHostClient } from '../../../clients/git-host';
import type { Login } from '../../../clients/http';
import { hasEnded, type DroneBuild } from '../../../clients/drone/client';
import { until } from '../engine';
import { prefix } from '../isolate';
import { droneOf, platformOf } from '../shop';
import type { World } from '../world';
import type { Attacker } from './attacker';

/** A request of Drone's API. */
export interface DroneRequest {
  /** With its query, below `/api/repos/OWNER/NAME`: `/builds/7?A=b`. */
  path: string;
  /** @default 'POST' */
  method?: string;
  body?: object;
  token: string;
}

export interface DroneReply {
  status: number;
  /** The build that was started; undefined where none was. */
  build: DroneBuild | undefined;
}

interface Addressed extends DroneRequest {
  url: string;
}

interface Answer {
  status: number;
  text: string;
}

/**
 * Sends requests one right after the other, at the beginning of a second: Drone remembers pipelines by the second. Its text runs in an
 * attacker's container, too: it uses nothing from outside itself.
 */
const sendAtOnce = async (requests: readonly Addressed[]): Promise<Answer[]> => {
  await new Promise((go) => setTimeout(go, 1000 - (Date.now() % 1000)));
  const answers: Answer[] = [];
  for (const { url, method, body, token } of requests) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(url, { method: method ?? 'POST', headers, body: body && JSON.stringify(body) });
    answers.push({ status: answer.status, text: await answer.text() });
  }
  return answers;
};

/** Sends requests through Drone's front, as people do. */
export async function throughFront(world: World, requests: readonly DroneRequest[]): Promise<DroneReply[]> {
  const { drone } = await platformOf(world);
  return (await sendAtOnce(await addressed(world, drone.url, requests))).map(reply);
}

/** Sends them to the server itself, from inside the platform: the front is taken out. */
export async function pastFront(
  world: World,
  inside: Attacker,
  requests: readonly DroneRequest[],
): Promise<DroneReply[]> {
  const input = await addressed(world, `http://${prefix}-drone`, requests);
  const script = `const send = ${sendAtOnce.toString()}; console.log(JSON.stringify(await send(input)));`;
  return ((await inside.run(script, input)) as Answer[]).map(reply);
}

async function addressed(world: World, drone: string, requests: readonly DroneRequest[]): Promise<Addressed[]> {
  const { slug } = await droneOf(world);
  return requests.map((request) => ({ ...request, url: `${drone}/api/repos/${slug}${request.path}` }));
}

function reply({ status, text }: Answer): DroneReply {
  const value = status === 200 && text !== '' ? (JSON.parse(text) as Partial<DroneBuild> | null) : null;
  return { status, build: typeof value?.number === 'number' ? (value as DroneBuild) : undefined };
}

/** The build, when it has ended. */
export async function endOf(world: World, number: number): Promise<DroneBuild> {
  const { client, slug } = await droneOf(world);
  return until(async () => {
    const build = await client.build(slug, number);
    return hasEnded(build.status) ? build : undefined;
  });
}

/** Signs the people's account in to Drone, as a browser does. @returns its token there */
export async function tokenOfPeople(world: World): Promise<{ login: string; token: string }> {
  const { gitHost } = await platformOf(world);
  const login = { username: gitHost.username ?? '', password: gitHost.password ?? '' };
  return { login: login.username, token: await tokenOf(world, login) };
}

/** Signs an account of the git host in to Drone, as a browser does. @returns its token there */
export async function tokenOf(world: World, login: Login): Promise<string> {
  const { gitHost, drone } = await platformOf(world);
  const client = gitHostClient({ kind: gitHost.kind, container: `${prefix}-git`, url: gitHost.url });
  const cookies = await client.signInTo({ loginUrl: `${drone.url}/login` }, login);
  await new DroneAdmin(drone.url, { cookies }).untilSynchronized();
  return droneToken(drone.url, cookies);
}
