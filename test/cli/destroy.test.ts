import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { backupFolder, summarise } from '../../operations/destroy/backup';
import { dataVolumes } from '../../operations/destroy/data';
import { forgetHome } from '../../operations/destroy/home';
import type { LedgerRecord } from '../../releases/ledger';
import { parseProject, sample } from '../errors/project';
import { candidate, gate, verdict } from '../releases/fixtures';
import { inStacks, oursAmong, type ImageTag } from '../../operations/destroy/sweep';

const image = (id: string, repository = '<none>', tag = '<none>', digest = '<none>'): ImageTag => ({
  id,
  repository,
  tag,
  digest,
});

describe('images that destroy removes', () => {
  const ids = (all: ImageTag[], labelled: ImageTag[]) => oursAmong(all, labelled, { registry: 'localhost:5500' });

  it('are those of our registry by each of their names, and what we built', () => {
    const built = image('sha256:2');
    assert.deepEqual(
      ids(
        [
          image('sha256:1', 'localhost:5500/discounts', 'abc'),
          image('sha256:1', 'localhost:5500/discounts', '<none>', 'sha256:d'),
          built,
        ],
        [built],
      ),
      ['localhost:5500/discounts:abc', 'localhost:5500/discounts@sha256:d', 'sha256:2'],
    );
  });

  it("are nobody else's", () => {
    const others = [
      image('sha256:1', 'debian', '12'),
      image('sha256:2', 'localhost:55001/x', '1'),
      image('sha256:3', 'localhost:5501/x', '1'),
      image('sha256:4'),
    ];
    assert.deepEqual(ids(others, []), []);
  });

  it('keep the name that somebody else gave to an image of our registry', () => {
    const all = [image('sha256:1', 'localhost:5500/discounts', 'abc'), image('sha256:1', 'mine', '1')];
    assert.deepEqual(ids(all, []), ['localhost:5500/discounts:abc']);
  });
});

describe('objects of stacks', () => {
  it('are all of the instance, or those of the stacks that were named', () => {
    const rows = [
      { id: '1', name: 'a', stack: 'staging' },
      { id: '2', name: 'b', stack: '' },
    ];
    assert.equal(inStacks(rows, undefined).length, 2);
    assert.deepEqual(
      inStacks(rows, ['staging']).map(({ id }) => id),
      ['1'],
    );
  });
});

describe('the backup', () => {
  it('lies outside state and cache, in a folder of its own', () => {
    const at = new Date('2026-03-01T12:34:56.789Z');
    assert.equal(backupFolder({ HOME: '/h' }, at), '/h/.local/share/sluice/backups/2026-03-01-123456');
    assert.equal(backupFolder({ HOME: '/h', XDG_DATA_HOME: '/d' }, at), '/d/sluice/backups/2026-03-01-123456');
  });

  it('tells the ledger in one line per record', () => {
    assert.deepEqual(
      summarise([
        {
          kind: 'cutover',
          at: '2026-03-01T12:00:00Z',
          environment: 'staging',
          candidate: {
            discounts: {
              service: 'discounts',
              image: 'x',
              digest: `sha256:${'ab'.repeat(32)}`,
              revision: 'c0ffee0000',
            },
          },
        },
      ]),
      ['2026-03-01T12:00:00Z  staging  deployed  (discounts sha256:abababababab c0ffee00)'],
    );
  });

  it('says of each record what happened, and who did it', () => {
    const [a, b] = [candidate('a'), candidate('b')];
    const entry = { at: '2026-01-01T00:00:00Z', environment: 'production', candidate: a };
    const releases = { discounts: 'discounts-1' };
    const records: [LedgerRecord, string][] = [
      [verdict(a, gate('/'), 'passed'), 'tested: shop: passed'],
      [verdict(a, gate('/'), 'refused'), 'refused: shop: refused'],
      [{ ...entry, kind: 'superseded', newer: b }, 'superseded: by discounts sha256:bbbbbbbbbbbb'],
      [{ ...entry, kind: 'unhealthy', releases, summary: 'it exits' }, 'unhealthy: it exits'],
      [{ ...entry, kind: 'switch', releases, from: null }, 'about to be switched to'],
      [{ ...entry, kind: 'cutover', watch: 'no errors' }, 'deployed: no errors'],
      [{ ...entry, kind: 'adopted', releases }, 'adopted: found running; the ledger did not tell that it does'],
      [
        { ...entry, kind: 'taken-back', releases, to: releases, summary: 'errors', evidence: '', seconds: 1 },
        'taken back: errors',
      ],
      [{ ...entry, kind: 'rollback', over: null }, 'rollback'],
      [{ ...entry, kind: 'again' }, 'try again'],
      [{ ...entry, kind: 'retired' }, 'images removed'],
    ];
    assert.deepEqual(
      summarise(records.map(([record]) => ({ ...record, by: 'os:ann@laptop' }))),
      records.map(
        ([, said]) => `${entry.at}  production  ${said}  (discounts sha256:aaaaaaaaaaaa aaaaaaaa)  by os:ann@laptop`,
      ),
    );
  });
});

describe('the home folder', () => {
  it("loses what is ours and keeps what is not, and a shared backend's passphrase", () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-home-'));
    try {
      for (const folder of ['pulumi', 'evidence']) fs.mkdirSync(path.join(home, folder));
      for (const name of ['passphrase', 'images.json', 'notes.txt']) fs.writeFileSync(path.join(home, name), '');
      assert.deepEqual(forgetHome(home, { PULUMI_BACKEND_URL: 's3://team' }), []);
      const shared = path.join(home, 'shared');
      for (const name of ['.pulumi', 'sluice/.drafts', 'sluice/ledger'])
        fs.mkdirSync(path.join(shared, name), { recursive: true });
      forgetHome(path.join(home, 'other'), { PULUMI_BACKEND_URL: `file://${shared}` });
      assert.deepEqual(fs.readdirSync(path.join(shared, 'sluice')), ['ledger']);
      fs.rmdirSync(path.join(shared, 'sluice', 'ledger'));
      forgetHome(path.join(home, 'other'), { PULUMI_BACKEND_URL: `file://${shared}` });
      assert.deepEqual(fs.readdirSync(shared), ['.pulumi']);
      fs.rmSync(shared, { recursive: true });
      forgetHome(home, { PULUMI_BACKEND_URL: `file://${home}/pulumi` });
      assert.deepEqual(fs.readdirSync(home), ['notes.txt']);
      fs.rmSync(path.join(home, 'notes.txt'));
      forgetHome(home, { PULUMI_BACKEND_URL: `file://${home}/pulumi` });
      assert.equal(fs.existsSync(home), false);
    } finally {
      fs.rmSync(home, { recursive: true, force: true });
    }
  });
});

describe('volumes with the data of services', () => {
  it('are those that the environments that go have given to their services, each once', () => {
    const { staging, ...rest } = sample();
    const services = {
      ...(staging['services'] as object),
      api: { repository: 'discounts', volumes: { '/data': 'entries', '/cache': 'cache' }, strategy: 'recreate' },
      worker: { build: 'frontend', volumes: { '/data': 'entries' }, strategy: 'recreate' },
    };
    const stacks = parseProject({ ...rest, staging: { ...staging, services } });
    const names = ['sluice-staging-cache', 'sluice-staging-entries'];
    assert.deepEqual(dataVolumes(stacks, stacks), names);
    assert.deepEqual(
      dataVolumes(
        stacks.filter(({ name }) => name === 'production'),
        stacks,
      ),
      [],
    );
  });
});
