import { setTimeout as sleep } from 'node:timers/promises';
import { containerAt, inspectContainer, type ContainerAt, type OnEngine } from '../../clients/docker/docker';
import { exposedPorts, listenersOf } from '../../clients/docker/listeners';
import { edgePort } from '../../clients/edge/haproxy';
import { ask, type Answer, type Question } from '../../clients/edge/question';
import type { ReleaseRoute } from './release-routes';
import { describeSilence, type Silence } from './silence';

/** An environment in which releases are asked, from where their edge stands. */
export interface Asking {
  instance: string;
  environment: string;
  /** The edge in front of a service. */
  edgeOf: (service: string) => ContainerAt;
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

/** Seconds within which the edge is asked again when it has no answer of what answers by itself. */
const edgeSeconds = 10;
/** Seconds that one question gets at least. */
const leastSeconds = 5;
/** What an edge says itself when it has no answer of the service's. */
const edgeStatuses = [502, 503, 504];
const everyMilliseconds = 500;

/**
 * Asks releases at the port that their services name, each for as long as it may take to become healthy. Whatever status the program gives is
 * an answer.
 * @returns the first that gives none
 */
export async function unanswering(asking: Asking, routes: readonly ReleaseRoute[]): Promise<Unanswering | undefined> {
  const all = await Promise.all(
    edged(routes).map(async (route) => {
      const { service, container, healthySeconds } = route;
      const { value: answer } = await lastOf(
        (secondsLeft) => askRelease(asking, route, secondsLeft),
        (each) => Promise.resolve(each !== undefined),
        healthySeconds,
      );
      if (statusOf(answer) !== undefined) return undefined;
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
    edged(routes).map(async (route) => {
      const { service, healthySeconds } = route;
      const through = { from: asking.edgeOf(service), address: '127.0.0.1', port: edgePort, host: service };
      const isItsOwn = async (status: number | undefined): Promise<boolean> =>
        status !== undefined &&
        (!edgeStatuses.includes(status) || statusOf(await askRelease(asking, route, healthySeconds)) === status);
      // What is slow by itself is as slow through the edge.
      const { value: status, enough } = await lastOf(
        async () => statusOf(await ask({ ...through, path: asking.path }, healthySeconds)),
        isItsOwn,
        edgeSeconds,
      );
      if (enough) return undefined;
      return `${service}: the edge gives ${status ?? 'no answer'} to GET ${asking.path}, and the release itself gives an answer`;
    }),
  );
  return all.find((each) => each !== undefined);
}

function edged(routes: readonly ReleaseRoute[]): ReleaseRoute[] {
  return routes.filter(({ direct }) => direct !== true);
}

function statusOf(answer: Answer): number | undefined {
  return answer !== undefined && 'status' in answer ? answer.status : undefined;
}

async function askRelease(asking: Asking, route: ReleaseRoute, seconds: number): Promise<Answer> {
  const { edgeOf, network, on, path } = asking;
  const { service, container, port } = route;
  // Each time anew: what starts again may have another address.
  const address = (await inspectContainer(containerAt(container, on)))?.NetworkSettings.Networks[network]?.IPAddress;
  if (address === undefined || address === '') return undefined;
  const question: Question = { from: edgeOf(service), address, port, host: service, path };
  return ask(question, Math.max(seconds, leastSeconds));
}

/** Tries until it is enough or the time is over, once at least. @returns what the last try gave, and whether it was */
async function lastOf<T>(
  attempt: (secondsLeft: number) => Promise<T>,
  isEnough: (value: T) => Promise<boolean>,
  seconds: number,
): Promise<{ value: T; enough: boolean }> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const value = await attempt((end - performance.now()) / 1000);
    const enough = await isEnough(value);
    if (enough || performance.now() >= end) return { value, enough };
    await sleep(everyMilliseconds);
  }
}

/** Where the program listens instead. */
async function lookInto(asking: Asking, route: ReleaseRoute, answer: Answer): Promise<Silence> {
  const { instance, environment, edgeOf, on, path } = asking;
  const { service, container, port, healthySeconds } = route;
  const at = containerAt(container, on);
  const [own, image] = await Promise.all([inspectContainer(at), inspectContainer(edgeOf(service))]);
  const said = answer !== undefined && 'said' in answer ? answer.said : undefined;
  const silence = { service, environment, port, path, seconds: healthySeconds, said };
  if (own?.State.Running !== true || image === undefined) return { ...silence, listeners: [], exposed: [] };
  const [listeners, exposed] = await Promise.all([
    listenersOf(at, image.Image, { instance, stack: environment }),
    exposedPorts(at, own),
  ]);
  return { ...silence, listeners, exposed };
}
