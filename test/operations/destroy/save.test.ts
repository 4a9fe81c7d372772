import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { savePlatform } from '../../../operations/destroy/save';
import { fakeDocker, type FakeDocker } from '../../actions/fake-docker';
import { candidate, cutover } from '../../releases/fixtures';
import { storeHome } from '../../targets/store-home';

const a = candidate('a');
const gone = { stderr: 'Error: No such object', code: 1 };

describe('what destroy saves first', () => {
  const home = storeHome();
  let docker: FakeDocker;
  let said: string[];
  let notes: string[];
  const always = { instance: 'sluice', registry: { address: 'localhost:5500' } };
  const repositories = { discounts: { cloneUrl: 'http://localhost:3000/sluice/discounts.git', webUrl: '' } };
  const servers = {
    ...{ network: 'sluice', gitHost: { container: 'sluice-git' }, gitLogin: { username: 'x', password: 'y' } },
    ...{ drone: {}, droneLogin: {}, toolImages: { tools: 'tools' } },
  };

  beforeEach(() => {
    process.env['XDG_DATA_HOME'] = path.join(home.folder, 'data');
    [said, notes] = [[], []];
  });
  afterEach(() => docker.restore());

  const answers = (...those: Parameters<typeof fakeDocker>[0]): void => void (docker = fakeDocker(those));
  const save = async (...environments: string[]): Promise<void> => {
    const ledgers = environments.map((environment) => home.place(environment));
    const note = (line: string): void => void notes.push(line);
    const saved = await savePlatform({ name: 'platform', instance: 'sluice', ledgers }, note);
    if (saved !== undefined) said.push(saved);
  };
  /** The files of each backup that was told of. */
  const backups = (): string[][] => said.map((line) => fs.readdirSync(line.replace(/^.*: /, '')).sort());
  const ledgerOf = (line = ''): string => fs.readFileSync(path.join(line.replace(/^.*: /, ''), 'ledger.jsonl'), 'utf8');

  it('is the ledger where the repositories are elsewhere, and says so', async () => {
    home.publish('platform', { ...always, ci: 'gitlab', repositories });
    answers({ part: 'inspect', ...gone });
    await home.put('production', cutover(a));
    await save('production');
    assert.deepEqual(notes, ['platform: its repositories are elsewhere, so only its ledger is saved']);
    assert.match(said.join('\n'), /^saved ledger: /);
    assert.deepEqual(backups(), [['ledger.jsonl', 'ledger.txt']]);
    assert.equal(ledgerOf(said[0]), `${JSON.stringify(cutover(a))}\n`);
  });

  it('is the ledger where the own git host is gone, and says so', async () => {
    home.publish('platform', { ...always, ...servers, repositories });
    answers({ part: 'inspect', ...gone });
    await home.put('production', cutover(a));
    await save('production');
    assert.deepEqual(notes, ['platform: its git host is gone, so only its ledger is saved']);
    assert.equal(ledgerOf(said[0]), `${JSON.stringify(cutover(a))}\n`);
  });

  it('is the ledger of a platform whose first update has failed', async () => {
    home.publish('platform', {});
    answers({ part: 'inspect', ...gone });
    await home.put('production', cutover(a));
    await save('production');
    assert.equal(ledgerOf(said[0]), `${JSON.stringify(cutover(a))}\n`);
  });

  it('is the repositories, too, while the own git host is there', async () => {
    home.publish('platform', { ...always, ...servers, repositories });
    answers({ part: 'inspect', stdout: '[{}]' });
    await home.put('production', cutover(a));
    await save('production');
    assert.deepEqual([notes, backups()], [[], [['discounts.bundle', 'ledger.jsonl', 'ledger.txt']]]);
    assert.match(said.join('\n'), /^saved repositories and ledger: /);
  });

  it('has a folder for each of two platforms that go at once', async () => {
    home.publish('platform', { ...always, ci: 'gitlab', repositories });
    answers({ part: 'inspect', ...gone });
    await home.put('production', cutover(a));
    await save('production');
    await save('production');
    assert.equal(new Set(said).size, 2);
  });

  it('is nothing of a platform that was never brought up', async () => {
    home.publish('platform', {});
    answers();
    await save();
    assert.deepEqual([said, notes, docker.calls()], [[], [], []]);
  });

  it('ends destroy when a ledger can’t be read', async () => {
    home.publish('platform', { ...always, ci: 'gitlab', repositories });
    answers({ part: 'inspect', ...gone });
    await home.put('production', cutover(a));
    const ledger = path.join(home.store.place, 'ledger');
    fs.rmSync(ledger, { recursive: true });
    fs.symlinkSync('ledger', ledger);
    await assert.rejects(save('production'), /can't be/);
    assert.deepEqual(fs.readdirSync(path.join(home.folder, 'data', 'sluice', 'backups')), []);
  });
});
