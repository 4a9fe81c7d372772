import type { Draft } from './draft';
import { mebibytesOf } from './units';
import { at, entriesOf, numberOf, refuse, refuseOthers, textOf, type Spot } from './values';

/** Smallest and largest memory of a container in MiB that make sense. */
const leastMemory = 16;

/** A size as MiB. */
export function readMemory(spot: Spot): Draft | undefined {
  const memory = size(spot);
  if (memory === undefined) return undefined;
  if (memory < leastMemory) return refuse(spot, `is less than ${leastMemory} MiB`);
  return { memory };
}

/** `shm_size` */
export function readSharedMemory(spot: Spot): Draft | undefined {
  const shmSize = size(spot);
  return shmSize === undefined ? undefined : { shmSize };
}

function size(spot: Spot): number | undefined {
  const text = textOf(spot);
  if (text === undefined) return undefined;
  return mebibytesOf(text) ?? refuse(spot, `"${text}" is no size; write one like 512m or 1g`);
}

/** Processors, `0.5`. */
export function readCpus(spot: Spot): Draft | undefined {
  const cpus = numberOf(spot);
  if (cpus === undefined) return undefined;
  return cpus === 0 ? {} : { cpus: String(cpus) };
}

const oneCopy = 'an environment runs one container of a service; more of them have no place behind its edge';

/** `scale` and `deploy.replicas` */
export function readReplicas(spot: Spot): undefined {
  const count = numberOf(spot);
  if (count !== undefined && count !== 1) refuse(spot, `is ${count}, but ${oneCopy}`);
}

/** `deploy`: limits, and whether the old release goes first. What is Swarm's alone stands in the way of nothing. */
export function readDeploy(spot: Spot): Draft | undefined {
  let draft: Draft = {};
  refuseOthers(spot, {
    mode: undefined,
    replicas: undefined,
    resources: undefined,
    restart_policy: undefined,
    update_config: undefined,
    rollback_config: undefined,
    placement: undefined,
    labels: undefined,
    endpoint_mode: undefined,
  });
  for (const [key, part] of entriesOf(spot)) {
    if (key === 'replicas') readReplicas(part);
    if (key === 'mode' && textOf(part) !== 'replicated') refuse(part, `is not "replicated", but ${oneCopy}`);
    if (key === 'resources') draft = { ...draft, ...readResources(part) };
    if (key === 'restart_policy') readCondition(part);
    if (key === 'update_config') draft = { ...draft, ...readOrder(part) };
  }
  return draft;
}

function readResources(spot: Spot): Draft {
  refuseOthers(spot, { limits: undefined, reservations: undefined });
  let draft: Draft = {};
  for (const [key, part] of entriesOf(spot)) {
    if (key === 'reservations' && at(part.node, 'devices') !== undefined) {
      refuse(part, 'reserves devices; a service of an environment gets none of the machine');
    }
    if (key !== 'limits') continue;
    refuseOthers(part, {
      cpus: undefined,
      memory: undefined,
      pids: 'is fixed: every container may have 512 processes',
    });
    for (const [limit, value] of entriesOf(part)) {
      if (limit === 'cpus') draft = { ...draft, ...readCpus(value) };
      if (limit === 'memory') draft = { ...draft, ...readMemory(value) };
    }
  }
  return draft;
}

function readCondition(spot: Spot): void {
  const condition = at(spot.node, 'condition');
  if (condition === undefined) return;
  readRestart({ node: condition, where: `${spot.where}.condition`, problems: spot.problems });
}

/** A service is started again whenever it ends: what says otherwise is no service. */
export function readRestart(spot: Spot): undefined {
  const text = textOf(spot);
  const known = /^(always|unless-stopped|any|on-failure(:\d+)?)$/;
  if (text === undefined || known.test(text)) return;
  refuse(
    spot,
    text === 'no' || text === 'none'
      ? 'is a task that runs once, but an environment runs services, which are started again whenever they end; ' +
          'do it in the entrypoint of the service that needs it, or give it a profile of its own'
      : `must be always, unless-stopped or on-failure, but is "${text}"`,
  );
}

function readOrder(spot: Spot): Draft {
  const order = at(spot.node, 'order');
  if (order === undefined) return {};
  const text = textOf({ node: order, where: `${spot.where}.order`, problems: spot.problems });
  return text === 'stop-first' ? { strategy: 'recreate' } : {};
}
