import { tableKind } from '../serving/kind';
import { updatedState } from '../serving/difference';
import type { Table } from '../serving/table';
import type { PlainProperties } from '../serving/values';
import type { Engine } from './engine';
import { fromLabels, labels, toLabels } from './labels';
import { removeUnused } from './remove';
import { currentSession } from './settings';

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
  delete: ({ id }, operation) =>
    removeUnused('volume', `/volumes/${encodeURIComponent(id)}`, operation, { force: 'true' }),
});
