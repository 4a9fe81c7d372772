import * as assert from 'node:assert/strict';
import type { PluginName } from '../../../toolchain/plugins/bundle';
import type { Properties } from '../../../toolchain/plugins/serving/values';
import { PluginClient, type Existing } from './client';
import {
  commandChanges,
  containerChanges,
  imageChanges,
  networkChanges,
  passwordChanges,
  volumeChanges,
  type Changes,
  type Outcome,
} from './conformance-table';
import { image, otherImage, prefix, setUp, tearDown } from './machine';

interface Subject {
  plugin: PluginName;
  type: string;
  inputs: Properties;
  changes: Changes;
  /** A replacement deletes the old one first, even under another name. */
  deleteFirst: 'always' | 'when the name stays' | 'never';
}

const subjects: Subject[] = [
  {
    plugin: 'docker',
    type: 'docker:index/container:Container',
    inputs: { name: `${prefix}-c`, image },
    changes: containerChanges,
    deleteFirst: 'always',
  },
  {
    plugin: 'docker',
    type: 'docker:index/network:Network',
    inputs: { name: `${prefix}-n` },
    changes: networkChanges,
    deleteFirst: 'when the name stays',
  },
  {
    plugin: 'docker',
    type: 'docker:index/volume:Volume',
    inputs: { name: `${prefix}-v` },
    changes: volumeChanges,
    deleteFirst: 'when the name stays',
  },
  {
    plugin: 'docker',
    type: 'docker:index/remoteImage:RemoteImage',
    inputs: { name: image },
    changes: imageChanges,
    deleteFirst: 'never',
  },
  { plugin: 'command', type: 'command:local:Command', inputs: {}, changes: commandChanges, deleteFirst: 'never' },
  {
    plugin: 'random',
    type: 'random:index/randomPassword:RandomPassword',
    inputs: {},
    changes: passwordChanges,
    deleteFirst: 'never',
  },
];

const values: Record<string, string> = { OTHER_IMAGE: otherImage, OTHER_NAME: `${prefix}-other` };

describe('plugins: what a change asks for', function () {
  this.timeout(120_000);
  before(setUp);
  after(tearDown);

  for (const { plugin, type, inputs, changes, deleteFirst } of subjects) {
    describe(type, () => {
      const base = { ...inputs, ...changes.base };
      let client: PluginClient;
      let existing: Existing;

      before(async () => {
        client = await PluginClient.start(plugin);
        existing = await client.create(type, base);
      });
      after(async () => {
        await client.delete(type, existing);
        client.stop();
      });

      it('no change: nothing', async () => {
        const diff = await client.diff(type, existing, base);
        assert.deepEqual([diff.changes, diff.changed], [false, []]);
      });

      it('no change after a refresh: nothing', async () => {
        const read = await client.read(type, existing);
        assert.ok(read);
        const diff = await client.diff(type, read, base);
        assert.deepEqual([diff.changes, diff.changed], [false, []]);
      });

      for (const [property, value, outcome] of changes.rows) {
        it(`${property} = ${value === undefined ? 'nothing' : JSON.stringify(value)}: ${outcome}`, async () => {
          const wanted = typeof value === 'string' ? (values[value] ?? value) : value;
          const news = without({ ...base, [property]: wanted as never });
          const diff = await client.diff(type, existing, news);
          assert.equal(outcomeOf(diff), outcome);
          if (outcome !== 'nothing') assert.ok(diff.changed.includes(property));
          if (outcome !== 'replace') return;
          const first = deleteFirst === 'always' || (deleteFirst === 'when the name stays' && property !== 'name');
          assert.equal(diff.deleteBeforeReplace, first);
        });
      }
    });
  }
});

function outcomeOf({ changes, replaces }: { changes: boolean; replaces: string[] }): Outcome {
  return replaces.length > 0 ? 'replace' : changes ? 'update' : 'nothing';
}

function without(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => (value as unknown) !== undefined));
}
