import { tableKind } from '../serving/kind';
import { updatedState } from '../serving/difference';
import type { Table } from '../serving/table';
import { findImage, withoutTag } from './images';
import { parseImageName } from './registry-auth';
import { currentSession } from './settings';

const table: Table = {
  sourceImage: { type: 'string', onChange: 'replace', required: true },
  targetImage: { type: 'string', onChange: 'replace', required: true },
  tagTriggers: { type: 'set', onChange: 'replace' },
};

/** docker:index/tag:Tag. Nothing is looked up again and nothing is deleted: both images stay. */
export const tag = tableKind({
  table,
  outputs: ['sourceImageId'],
  create: async (inputs, { signal }) => {
    const { engine } = currentSession();
    const [source, target] = [inputs['sourceImage'] as string, inputs['targetImage'] as string];
    await engine.json('POST', `/images/${encodeURI(source)}/tag`, {
      query: { repo: withoutTag(target), tag: parseImageName(target).reference },
      signal,
    });
    const image = await findImage(engine, source);
    return { id: `${source}.${target}`, state: { ...inputs, sourceImageId: image?.Id ?? '' } };
  },
  read: (existing) => Promise.resolve(existing),
  update: (_id, { state, inputs }) => Promise.resolve(updatedState(table, state, inputs)),
  delete: () => Promise.resolve(),
});
