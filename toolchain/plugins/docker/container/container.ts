import { dockerSays, type DockerTrouble } from '../../../../clients/docker/words';
import { updatedState } from '../../serving/difference';
import { meantInputs, tableKind } from '../../serving/kind';
import { HalfMade, type Failure, type Operation } from '../../serving/plugin';
import { text } from '../../serving/read';
import { isObject, UNKNOWN, type Plain, type PlainProperties } from '../../serving/values';
import { EngineError, readAll, type Engine } from '../engine';
import { findOrPull } from '../images';
import { currentSession, type Session } from '../settings';
import { containerBody, endpointBody, updateBody } from './body';
import { demultiplex } from './logs';
import { containerState, type ContainerState } from './state';
import { containerOutputs, containerTable } from './table';
import { uploadFiles } from './uploads';
import { waitUntilHealthy } from './wait';

/** Properties whose change is applied to the running container; every other update changes state alone. */
const APPLIED = ['restart', 'maxRetryCount', 'cpuShares', 'memory', 'memoryReservation', 'cpuSet', 'memorySwap'];

/** docker:index/container:Container. */
export const container = tableKind({
  table: containerTable,
  outputs: containerOutputs,
  autoname: true,
  deleteBeforeReplace: true,
  checkMore: contradictions,
  create: async (inputs, operation) => {
    const session = currentSession();
    const known = meantInputs(inputs);
    await findOrPull(session, inputs['image'] as string, '', operation);
    const platform = inputs['platform'] as string | undefined;
    const { Id: id } = await session.engine.json<{ Id: string }>('POST', '/containers/create', {
      query: { name: inputs['name'] as string, platform },
      body: containerBody(inputs),
    });
    try {
      const containerLogs = await start(session, id, inputs, operation);
      const info = await inspect(session.engine, id);
      if (info === undefined) throw new Error(`container ${id} went away while it was made`);
      return {
        id,
        state: containerState({ ...known, ...(containerLogs === undefined ? {} : { containerLogs }) }, info),
      };
    } catch (error) {
      throw new HalfMade({ id, state: known }, (error as Error).message);
    }
  },
  read: async ({ id, state }) => {
    const info = await inspect(currentSession().engine, id);
    return info === undefined ? undefined : { id: info.Id, state: containerState(state, info) };
  },
  update: async (id, { state, inputs }, { signal }) => {
    const { engine } = currentSession();
    const result = updatedState(containerTable, state, meantInputs(inputs));
    try {
      if (state['mustRun'] === false && inputs['mustRun'] !== false && inputs['start'] !== false) {
        await engine.json('POST', `/containers/${id}/start`, { signal });
      }
      const changed = APPLIED.some((name) => (state[name] ?? 0) !== (inputs[name] ?? 0));
      if (changed) await engine.json('POST', `/containers/${id}/update`, { body: updateBody(inputs), signal });
    } catch (error) {
      throw new HalfMade(
        { id, state: result },
        `unable to update container ${text(inputs['name'])}: ${(error as Error).message}`,
      );
    }
    return result;
  },
  delete: async ({ id, state }, { status }) => {
    const { engine } = currentSession();
    if (state['attach'] !== true) {
      const grace = Math.max(0, Number(state['destroyGraceSeconds'] ?? 0));
      if (grace > 0) status(`stopping, for at most ${grace} s`);
      await ignoring(['absent'], engine.json('POST', `/containers/${id}/stop`, { query: { t: String(grace) } }));
    }
    await ignoring(
      ['absent', 'under-way'],
      engine.json('DELETE', `/containers/${id}`, {
        query: { v: String(state['removeVolumes'] !== false), force: 'true' },
      }),
    );
    const condition = state['rm'] === true ? 'removed' : 'not-running';
    await ignoring(['absent', 'under-way'], engine.json('POST', `/containers/${id}/wait`, { query: { condition } }));
  },
});

/** Starts a container that was created, as its inputs say; returns what it printed if it was asked for. */
async function start(
  { engine }: Session,
  id: string,
  inputs: PlainProperties,
  operation: Operation,
): Promise<string | undefined> {
  await joinNetworks(engine, id, (inputs['networksAdvanced'] ?? []) as PlainProperties[]);
  await uploadFiles(engine, id, (inputs['uploads'] ?? []) as PlainProperties[]);
  if (inputs['start'] !== false) {
    await engine.json('POST', `/containers/${id}/start`, { signal: operation.signal });
    if (inputs['wait'] === true) {
      const limitSeconds = Number(inputs['waitTimeout'] ?? 60);
      await waitUntilHealthy(() => inspect(engine, id), { limitSeconds, ...operation });
    }
  }
  if (inputs['attach'] !== true) return undefined;
  await engine.json('POST', `/containers/${id}/wait`, {
    query: { condition: 'not-running' },
    signal: operation.signal,
  });
  if (inputs['logs'] !== true) return undefined;
  const stream = await engine.stream('GET', `/containers/${id}/logs`, { query: { stdout: 'true', stderr: 'true' } });
  const output = await readAll(stream);
  return inputs['tty'] === true ? output.toString() : demultiplex(output);
}

async function joinNetworks(engine: Engine, id: string, networks: readonly PlainProperties[]): Promise<void> {
  if (networks.length === 0) return;
  const leave = engine.json('POST', '/networks/bridge/disconnect', { body: { Container: id, Force: false } });
  await ignoring(['not-connected'], leave);
  for (const network of networks) {
    const name = text(network['name']);
    await engine.json('POST', `/networks/${encodeURIComponent(name)}/connect`, {
      body: { Container: id, EndpointConfig: endpointBody(network) },
    });
  }
}

function inspect(engine: Engine, id: string): Promise<ContainerState | undefined> {
  return engine.find<ContainerState>(`/containers/${encodeURIComponent(id)}/json`);
}

async function ignoring(troubles: readonly DockerTrouble[], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof EngineError && dockerSays(error.message, ...troubles))) throw error;
  }
}

/** What is wrong between properties. */
function contradictions(inputs: PlainProperties): Failure[] {
  const failures: Failure[] = [];
  const command: Plain[] = Array.isArray(inputs['command']) ? inputs['command'] : [];
  if (command.includes('')) failures.push({ property: 'command', reason: 'holds an empty string' });
  for (const [index, upload] of objects(inputs['uploads'])) {
    const given = ['content', 'contentBase64', 'source'].filter((name) => (upload[name] ?? '') !== '');
    if (given.length !== 1 && !Object.values(upload).includes(UNKNOWN)) {
      failures.push({ property: `uploads[${index}]`, reason: 'needs exactly one of content, contentBase64, source' });
    }
  }
  for (const [index, volume] of objects(inputs['volumes'])) {
    const given = ['containerPath', 'fromContainer'].filter((name) => (volume[name] ?? '') !== '');
    if (given.length !== 1) {
      failures.push({ property: `volumes[${index}]`, reason: 'needs exactly one of containerPath, fromContainer' });
    }
  }
  return failures;
}

function objects(list: Plain | undefined): [number, PlainProperties][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((member, index) => (isObject(member) ? [[index, member]] : []));
}
