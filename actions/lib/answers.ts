import { setTimeout as sleep } from 'node:timers/promises';
import { containerAt, inspectContainer, type ContainerAt, type OnEngine } from '../../clients/docker/docker';
import { exposedPorts, listenersOf } from '../../clients/docker/listeners';
import { ask, type Answer, type Question } from '../../clients/edge/question';
import type { ReleaseRoute } from './release-routes';
import { describeSilence, type Silence } from './silence';

/** An environment in which releases are asked, from where its edge stands. */
export interface Asking {
  instance: string;
  environment: string;
  edge: ContainerAt;
  network: string;
  on: OnEngine;
  /** What is asked for. */
  path: string;
}

/** A service that is not served as it should be. */
export interface Unanswering {
  service: string;
  container: string;
  /** `healthy, but …` */
  problem: string;
  /** What to do. */
  next: string;
}

/** Seconds in which what answers by itself has to answer through the edge. */
const edgeSeconds = 10;
/** What an edge says itself when it has no answer of the service's. */
const edgeStatuses = [502, 503, 504];
/** The port on which an edge serves every service inside the environment's network, by name. */
const edgePort = 80;
const everyMilliseconds = 500;

/**
 * Asks releases at the port that their services name, each for as long as it may take to become healthy. Whatever status the program gives is
 * an answer.
 * @returns the first that gives none
 */
export async function unanswering(asking: Asking, routes: readonly ReleaseRoute[]): Promise<Unanswering | undefined> {
  const all = await Promise.all(
    routes
      .filter(({ direct }) => direct !== true)
      .map(async (route) => {
        const { service, container, healthySeconds } = route;
        const answer = await until(healthySeconds, async (left) => {
          const asked = await askRelease(asking, route, left);
          return { answer: asked, done: asked !== undefined };
        });
        if (answer !== undefined && 'status' in answer) return undefined;
        return { service, container, ...describeSilence(await lookInto(asking, route, answer)) };
      }),
  );
  return all.find((each) => each !== undefined);
}

/**
 * Asks services through the edge that has just been switched to them. What the release itself says as well is its own answer, a 503
 * included.
 * @returns the first that gets no answer, in a sentence
 */
export async function unansweredThroughEdge(
  asking: Asking,
  routes: readonly ReleaseRoute[],
): Promise<string | undefined> {
  const all = await Promise.all(
    routes
      .filter(({ direct }) => direct !== true)
      .map(async (route) => {
        const { service } = route;
        const through = { from: asking.edge, address: '127.0.0.1', port: edgePort, host: service, path: asking.path };
        const answer = await until(edgeSeconds, async (left) => {
          const answered = await ask(through, Math.max(left, 5));
          return { answer: answered, done: await isItsOwn(answered, asking, route) };
        });
        if (await isItsOwn(answer, asking, route)) return undefined;
        const says = answer !== undefined && 'status' in answer ? `${answer.status}` : 'no answer';
        return `${service}: the edge gives ${says} to GET ${asking.path}, and the release itself gives an answer`;
      }),
  );
  return all.find((each) => each !== undefined);
}

async function isItsOwn(answer: Answer, asking: Asking, route: ReleaseRoute): Promise<boolean> {
  if (answer === undefined || !('status' in answer)) return false;
  if (!edgeStatuses.includes(answer.status)) return true;
  const own = await askRelease(asking, route, edgeSeconds);
  return own !== undefined && 'status' in own && own.status === answer.status;
}

async function askRelease(asking: Asking, route: ReleaseRoute, seconds: number): Promise<Answer> {
  const { edge, network, on, path } = asking;
  const { service, container, port } = route;
  // Each time anew: what starts again may have another address.
  const address = (await inspectContainer(containerAt(container, on)))?.NetworkSettings.Networks[network]?.IPAddress;
  if (address === undefined || address === '') return undefined;
  const question: Question = { from: edge, address, port, host: service, path };
  return ask(question, Math.max(seconds, 5));
}

/** Tries until it is done or the time is over. */
async function until(
  seconds: number,
  attempt: (secondsLeft: number) => Promise<{ answer: Answer; done: boolean }>,
): Promise<Answer> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const { answer, done } = await attempt((end - Date.now()) / 1000);
    if (done || Date.now() >= end) return answer;
    await sleep(everyMilliseconds);
  }
}

/** Where the program listens instead. */
async function lookInto(asking: Asking, route: ReleaseRoute, answer: Answer): Promise<Silence> {
  const { instance, environment, edge, on, path } = asking;
  const { service, container, port, healthySeconds } = route;
  const at = containerAt(container, on);
  const [own, image] = await Promise.all([inspectContainer(at), inspectContainer(edge)]);
  const said = answer !== undefined && 'said' in answer ? answer.said : undefined;
  const silence = { service, environment, port, path, seconds: healthySeconds, said };
  if (own?.State.Running !== true || image === undefined) return { ...silence, listeners: [], exposed: [] };
  const [listeners, exposed] = await Promise.all([
    listenersOf(at, image.Image, { instance, stack: environment }),
    exposedPorts(at, own),
  ]);
  return { ...silence, listeners, exposed };
}
