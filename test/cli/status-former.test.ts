import assert from 'node:assert/strict';
import { run as history } from '../../cli/history';
import { statusText } from '../../cli/status/text';
import { readStatus } from '../../cli/status/read';
import { isEnvironment, type StackFile } from '../../config/stack';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { parseProject, sample } from '../errors/project';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { candidate, cutover } from '../releases/fixtures';
import { teamFolder, teamOfFour } from '../stacks/team-of-four';
import { access, storeHome } from '../targets/store-home';

const line = '  ledger: what a former version has kept is not shown yet; the next npm run up takes it over';

describe('status after an update from a version that kept ledgers elsewhere', () => {
  const home = storeHome();
  let docker: FakeDocker;
  beforeEach(() => (docker = fakeDocker([])));
  afterEach(() => docker.restore());

  const stacks: StackFile[] = parseProject(sample());
  async function lines(): Promise<string[]> {
    const shown = stacks.filter(isEnvironment).filter(({ name }) => name === 'staging');
    return statusText(await readStatus(stacks, shown, false));
  }
  const deployed = { services: {}, deployed: { candidate: candidate('a') } };

  it('says before the platform’s first that the next one takes over what is not shown, and ends well', async () => {
    home.publish('platform', { instance: 'sluice' });
    home.publish('staging', deployed);
    assert.equal((await lines()).filter((each) => each === line).length, 1);
  });

  it('says it of an environment on another machine until its own first', async () => {
    home.publish('platform', { instance: 'sluice', ledgers: access });
    home.publish('production', deployed);
    const host = await fakeSshHost();
    try {
      const { password = '', ...ssh } = host.place.ssh;
      const files = parseProject(teamOfFour()).map((file): StackFile => {
        if (!isEnvironment(file) || file.name !== 'production') return file;
        const target = { ...file.config.target, ...ssh, folder: host.place.folder } as typeof file.config.target;
        return { ...file, config: { ...file.config, target, sshPassword: password } };
      });
      const shown = files.filter(isEnvironment).filter(({ name }) => name === 'production');
      const told = async (): Promise<boolean> => statusText(await readStatus(files, shown, false)).includes(line);
      assert.equal(await told(), true);
      await home.put('production', cutover(candidate('a')));
      assert.equal(await told(), false);
    } finally {
      await host.stop();
    }
  });

  it('is not alone: history says it, too, and not of what has events', async () => {
    home.publish('platform', { instance: 'shop', ledgers: access });
    home.publish('production', deployed);
    delete process.env['PULUMI_BACKEND_URL'];
    Object.assign(process.env, {
      ...{ CI: 'true', SLUICE_IN_IMAGE: '1', SLUICE_CONFIG: teamFolder },
      ...{ HARBOR_HOST: 'h.example.com', HARBOR_USERNAME: 'r', HARBOR_PASSWORD: 'x' },
      ...{ SSH_USER: 'd', SSH_PASSWORD: 'x' },
    });
    const notes: string[] = [];
    const call = { words: ['production'], options: {}, say: () => undefined };
    const tell = () => history({ ...call, note: (each) => void notes.push(each) });
    assert.equal(await tell(), 0);
    assert.deepEqual(notes, [line.replace('  ledger', 'production')]);
    await home.put('production', cutover(candidate('a')));
    await tell();
    assert.equal(notes.length, 1);
  });

  it('says nothing of it once the platform has ledgers, which have what its own engine had', async () => {
    home.publish('platform', { instance: 'sluice', ledgers: access });
    home.publish('staging', deployed);
    await home.put('staging', cutover(candidate('a'), 'staging'));
    assert.equal((await lines()).includes(line), false);
  });

  it('says nothing of it where there is no platform', async () => {
    home.publish('staging', deployed);
    assert.equal((await lines()).includes(line), false);
  });
});
