import { tableKind } from '../serving/kind';
import { updatedState } from '../serving/difference';
import type { Table } from '../serving/table';
import { findImage, findOrPull, repoDigest, type ImageInfo } from './images';
import { currentSession } from './settings';

const table: Table = {
  name: { type: 'string', onChange: 'replace', required: true },
  keepLocally: { type: 'boolean', onChange: 'update' },
  forceRemove: { type: 'boolean', onChange: 'update' },
  pullTriggers: { type: 'set', onChange: 'replace' },
  triggers: { type: 'map', onChange: 'replace' },
  platform: { type: 'string', onChange: 'replace', default: '' },
};

function outputsOf(name: string, image: ImageInfo): { imageId: string; repoDigest: string } {
  return { imageId: image.Id, repoDigest: repoDigest(name, image) };
}

/** docker:index/remoteImage:RemoteImage. Its id is the image's id and name in one, as the official plugin has it. */
export const remoteImage = tableKind({
  table,
  outputs: ['imageId', 'repoDigest'],
  create: async (inputs, operation) => {
    const name = inputs['name'] as string;
    const image = await findOrPull(currentSession(), name, (inputs['platform'] ?? '') as string, operation);
    return { id: image.Id + name, state: { ...inputs, ...outputsOf(name, image) } };
  },
  read: async ({ state }) => {
    const name = state['name'];
    if (typeof name !== 'string')
      throw new Error('a RemoteImage cannot be imported: its id does not hold its name apart');
    const image = await findImage(currentSession().engine, name);
    return image === undefined ? undefined : { id: image.Id + name, state: { ...state, ...outputsOf(name, image) } };
  },
  update: async (_id, { state, inputs }, operation) => {
    const name = inputs['name'] as string;
    const image = await findOrPull(currentSession(), name, (inputs['platform'] ?? '') as string, operation);
    return { ...updatedState(table, state, inputs), ...outputsOf(name, image) };
  },
  delete: async ({ state }) => {
    if (state['keepLocally'] === true) return;
    const { engine } = currentSession();
    const name = state['name'] as string;
    if ((await findImage(engine, name)) === undefined) return;
    await engine.json('DELETE', `/images/${encodeURI(name)}`, {
      query: { force: String(state['forceRemove'] === true) },
    });
  },
});
