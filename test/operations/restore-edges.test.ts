import assert from 'node:assert/strict';
import { routesText } from '../../clients/edge/haproxy';
import { restoreEdges } from '../../operations/restore-edges';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { candidate, cutover } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';

const edge = (service: string, running = true) => ({
  Name: `/sluice-staging-edge-${service}`,
  State: { Running: running },
  Config: { Labels: {} },
});
const record = { ...cutover(candidate('a'), 'staging'), releases: { discounts: 'discounts-1:8080' } };

describe('edges that have lost what they serve', () => {
  let docker: FakeDocker | undefined;
  afterEach(() => docker?.restore());
  const home = storeHome();
  beforeEach(async () => {
    home.publish('platform', { ledgers: access });
    await home.put('staging', record);
  });

  /** An engine with these edges, of which each has these files. */
  async function restored(edges: object[], files: string): Promise<{ said: string[]; written: string[] }> {
    docker = fakeDocker([
      { part: 'ps -aq', stdout: 'e\n' },
      { part: 'container inspect e', stdout: JSON.stringify(edges) },
      { part: 'container inspect', stdout: '[{}]' },
      { part: 'nc 127.0.0.1', code: 1, stderr: 'Error: No such container: sluice-staging-edge' },
      { part: 'echo config', stdout: files },
    ]);
    const said: string[] = [];
    await restoreEdges('staging', (line) => said.push(line));
    return {
      said,
      written: docker
        .calls()
        .flatMap(({ input }) => (input === '' ? [] : [input]))
        .sort(),
    };
  }

  it('get what the ledger’s last cutover tells, and how they are to serve it, before an update', async () => {
    const { said, written } = await restored([edge('discounts')], '');
    assert.deepEqual(said, ['staging: the edge of discounts had lost what it serves; it has it again']);
    const [config = '', route] = written.filter((input) => !input.startsWith('show servers'));
    assert.match(config, /default_backend discounts/);
    assert.equal(route, routesText({ container: 'sluice-staging-discounts-1', port: 8080 }));
  });

  it('are left alone when they have lost nothing, or do not run', async () => {
    assert.deepEqual(await restored([edge('discounts')], 'config\nroutes\n'), { said: [], written: [] });
    assert.deepEqual(await restored([edge('discounts', false)], ''), { said: [], written: [] });
  });

  it('that tell nothing are the update’s to repair, and end none', async () => {
    docker = fakeDocker([
      { part: 'ps -aq', stdout: 'e\n' },
      { part: 'container inspect e', stdout: JSON.stringify([edge('discounts')]) },
      { part: 'echo config', code: 1, stderr: 'is restarting' },
    ]);
    const said: string[] = [];
    await restoreEdges('staging', (line) => said.push(line));
    assert.match(said.join('\n'), /^staging: the edge of discounts tells nothing: .*is restarting$/);
  });
});
