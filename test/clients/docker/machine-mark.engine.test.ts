import assert from 'node:assert/strict';
import { docker } from '../../../clients/docker/docker';
import { labels, type Labelled } from '../../../clients/docker/labels';
import { machineMark } from '../../../clients/docker/machine-mark';

describe('the mark of an environment on an engine', () => {
  const instance = `sluice-test-mark-${process.pid}`;
  const mark = (): Promise<string | undefined> => machineMark({}, instance, 'staging');
  const network = async (name: string, of: Partial<Labelled>): Promise<void> => {
    const all = { instance, stack: 'staging', role: 'network', ...of };
    const marks = Object.entries(all).flatMap(([key, value]) => [
      '--label',
      `${labels[key as keyof Labelled]}=${value}`,
    ]);
    await docker(['network', 'create', ...marks, `${instance}-${name}`]);
  };
  afterEach(async () => {
    const { stdout } = await docker(['network', 'ls', '--quiet', '--filter', `label=${labels.instance}=${instance}`]);
    for (const id of stdout.split('\n').filter((line) => line !== '')) await docker(['network', 'rm', id]);
  });

  it('is a new one each time while there is nothing of it', async () => {
    const [one, other] = [await mark(), await mark()];
    assert.match(one ?? '', /^[0-9a-f]{8}$/);
    assert.notEqual(one, other);
  });

  it('is what its network says', async () => {
    await network('another', { stack: 'production', machine: 'c0ffee02' });
    await network('own', { machine: 'c0ffee01' });
    assert.equal(await mark(), 'c0ffee01');
  });

  it('is none where it was made without', async () => {
    await network('own', {});
    assert.equal(await mark(), undefined);
  });
});
