import { dockerSays } from '../../../clients/docker/words';
import { tableKind } from '../serving/kind';
import { updatedState } from '../serving/difference';
import type { Table } from '../serving/table';
import type { PlainProperties } from '../serving/values';
import { EngineError, type Engine } from './engine';
import { fromLabels, labels, toLabels } from './labels';
import { currentSession } from './settings';
import { until } from './until';

const table: Table = {
  name: { type: 'string', onChange: 'replace', computed: true },
  labels: { type: 'set', of: labels, onChange: 'replace' },
  driver: { type: 'string', onChange: 'replace', computed: true },
  driverOpts: { type: 'map', onChange: 'replace' },
};

interface VolumeInfo {
  Name: string;
  Driver: string;
  Mountpoint: string;
  Labels: Record<string, string> | null;
  Options: Record<string, string> | null;
}

function findVolume(engine: Engine, name: string): Promise<VolumeInfo | undefined> {
  return engine.find<VolumeInfo>(`/volumes/${encodeURIComponent(name)}`);
}

function volumeState(volume: VolumeInfo): PlainProperties {
  return {
    name: volume.Name,
    labels: fromLabels(volume.Labels),
    driver: volume.Driver,
    driverOpts: volume.Options ?? {},
    mountpoint: volume.Mountpoint,
  };
}

/** docker:index/volume:Volume. Every change replaces it; an existing volume of the same name is taken over. */
export const volume = tableKind({
  table,
  outputs: ['mountpoint'],
  autoname: true,
  create: async (inputs, { signal }) => {
    const created = await currentSession().engine.json<VolumeInfo>('POST', '/volumes/create', {
      signal,
      body: {
        Name: inputs['name'],
        Labels: toLabels(inputs['labels']),
        ...(inputs['driver'] === undefined ? {} : { Driver: inputs['driver'] }),
        DriverOpts: inputs['driverOpts'] ?? {},
      },
    });
    // A volume that was there keeps its own labels, and only a refresh tells them.
    return { id: created.Name, state: { ...volumeState(created), labels: inputs['labels'] ?? [] } };
  },
  read: async ({ id }) => {
    const info = await findVolume(currentSession().engine, id);
    return info === undefined ? undefined : { id: info.Name, state: volumeState(info) };
  },
  update: (_id, { state, inputs }) => Promise.resolve(updatedState(table, state, inputs)),
  delete: async ({ id }, { signal, status }) => {
    const { engine } = currentSession();
    await until(
      { limitSeconds: 30, signal, waiting: () => status('waiting for containers to leave the volume') },
      async () => {
        try {
          await engine.json('DELETE', `/volumes/${encodeURIComponent(id)}`, { query: { force: 'true' } });
          return true;
        } catch (error) {
          if (error instanceof EngineError && error.status === 404) return true;
          if (error instanceof EngineError && dockerSays(error.message, 'in-use')) return error;
          throw error;
        }
      },
    );
  },
});
