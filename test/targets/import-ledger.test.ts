import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import importFormerLedger from '../../actions/import-ledger';
import { dockerExec } from '../../clients/docker/docker';
import { formatRecord } from '../../releases/ledger-text';
import type { LedgerRecord } from '../../releases/ledger';
import { readEvidence } from '../../targets/evidence';
import { endFormerLedger } from '../../targets/former-ledger';
import { importLedger, textByEnvironment } from '../../targets/import-ledger';
import { chainOf } from '../../targets/ledger';
import { fakeDocker } from '../actions/fake-docker';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { assertTold } from '../errors/told';
import { UserError } from '../../base/errors';
import { candidate, cutover, gate, verdict } from '../releases/fixtures';
import { FormerContainer } from './former-container';
import { access, storeHome } from './store-home';

const [a, b] = [candidate('a'), candidate('b')];
const production = [verdict(a, gate('/'), 'passed'), cutover(a)];
const staging = [cutover(a, 'staging'), cutover(b, 'staging')];
const text = (...records: LedgerRecord[]): string => records.map(formatRecord).join('');

describe('a ledger that a version before this one has kept', () => {
  let former: FormerContainer;
  const home = storeHome();
  const place = (environment: string) => home.place(environment);
  const mixed = text(staging[0]!, production[0]!, staging[1]!, production[1]!);
  const make = (content = mixed): void => {
    former = FormerContainer.make(content);
  };
  afterEach(() => {
    former.restore();
  });

  it('is taken over by environment, as one record each, of which everything counts', async () => {
    make();
    assert.deepEqual(await importLedger(former.name, place), ['staging', 'production']);
    assert.deepEqual(await home.records('production'), production);
    assert.deepEqual(await home.records('staging'), staging);
    for (const environment of ['production', 'staging']) {
      const { head, imports, findings } = await chainOf(place(environment));
      assert.deepEqual([head.number, imports.length, findings], [1, 1, []]);
    }
  });

  it('is taken over once, however often it is asked for; what has come since stays the newest', async () => {
    make();
    await importLedger(former.name, place);
    await home.put('production', cutover(b));
    await importLedger(former.name, place);
    assert.deepEqual(await home.records('production'), [...production, cutover(b)]);
    assert.equal((await chainOf(place('production'))).head.number, 2);
  });

  it('is taken over of one environment, when only that is asked for', async () => {
    make();
    assert.deepEqual(await importLedger(former.name, place, 'staging'), ['staging']);
    assert.deepEqual(await home.records('production'), []);
  });

  it('comes with the evidence of each environment', async () => {
    make();
    former.put('evidence/production/x/shop/a b.png', 'a picture');
    former.put('evidence/staging/y/check.log', 'a log');
    former.put('evidence/preview/z/check.log', 'of what no record tells');
    await importLedger(former.name, place);
    const kept = async (environment: string) =>
      (await readEvidence(place(environment), environment)).map(({ name, content }) => [name, content.toString()]);
    assert.deepEqual(await kept('production'), [['x/shop/a b.png', 'a picture']]);
    assert.deepEqual(await kept('staging'), [['y/check.log', 'a log']]);
    assert.deepEqual(await kept('preview'), []);
  });

  it('has a line that is no record told in each ledger, and all others taken', async () => {
    make(`${text(production[0]!)}{"kind":"cutov\n${text(staging[0]!, production[1]!)}`);
    await importLedger(former.name, place);
    assert.deepEqual(await home.records('production'), production);
    assert.deepEqual(await home.records('staging'), [staging[0]]);
    const told = async (environment: string) => (await chainOf(place(environment))).findings.map((each) => each.text);
    assert.deepEqual(await told('production'), ['line 2 of what it imports is no record']);
    assert.deepEqual(await told('staging'), ['line 1 of what it imports is no record']);
  });

  it('in which nothing is a record is refused, and taken over once it is put right', async () => {
    make('nonsense\n\0\0\n');
    await assert.rejects(importLedger(former.name, place), (error: unknown) => {
      assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
      assertTold('formerLedgerUnreadable', error);
      return true;
    });
    fs.writeFileSync(former.at('ledger.jsonl.ended'), mixed);
    await importLedger(former.name, place);
    assert.deepEqual(await home.records('production'), production);
  });

  it('is nothing where there is none, or an empty one', async () => {
    for (const content of ['', '\n\n  \n']) {
      make(content);
      assert.deepEqual(await importLedger(former.name, place), []);
      former.restore();
    }
    make();
    fs.rmSync(former.at('ledger.jsonl'));
    assert.deepEqual(await importLedger(former.name, place), []);
    assert.ok(!fs.existsSync(home.store.place));
  });

  it('is a folder afterwards: whoever runs an older version can’t write into it, and is told so', async () => {
    make();
    await importLedger(former.name, place);
    assert.ok(fs.statSync(former.at('ledger.jsonl')).isDirectory());
    // What an older version types.
    const append = dockerExec(former.name, ['sh', '-c', 'cat >> /ledger/ledger.jsonl'], { allowFailure: true });
    const read = dockerExec(former.name, ['sh', '-c', 'cat /ledger/ledger.jsonl'], { allowFailure: true });
    for (const { code, stderr } of await Promise.all([append, read])) {
      assert.notEqual(code, 0);
      assert.match(stderr, /[Ii]s a directory|can't create|cannot create/);
    }
  });

  it('is not lost by a kill in between', async () => {
    make();
    former.put('evidence/production/x/shop.png', 'a picture');
    // Ended, and not taken over yet.
    await endFormerLedger(former.name);
    // Half of it taken over, with its evidence and without its record.
    await importLedger(former.name, place, 'staging');
    await importLedger(former.name, place);
    assert.deepEqual(await home.records('production'), production);
    assert.deepEqual(await home.records('staging'), staging);
    assert.equal((await chainOf(place('staging'))).head.number, 1);
    assert.equal((await readEvidence(place('production'), 'production')).length, 1);
  });

  it('is longer by what an older version has written since all the same', async () => {
    make();
    await endFormerLedger(former.name);
    fs.rmdirSync(former.at('ledger.jsonl'));
    former.put('ledger.jsonl', text(cutover(b)));
    assert.equal(await endFormerLedger(former.name), mixed + text(cutover(b)));
  });

  for (const command of ['mv', 'rm', 'mkdir', 'cat']) {
    it(`is the same text when its end was killed at ${command}: nothing of it is there twice`, async () => {
      make();
      const bin = path.join(former.folder, 'bin', command);
      fs.writeFileSync(bin, '#!/bin/sh\nkill -9 $PPID\n', { mode: 0o755 });
      await endFormerLedger(former.name).catch(() => undefined);
      fs.rmSync(bin);
      assert.equal(await endFormerLedger(former.name), mixed);
    });
  }

  it('that can’t be moved is no empty one', async () => {
    make();
    const bin = path.join(former.folder, 'bin', 'mv');
    fs.writeFileSync(bin, '#!/bin/sh\necho "mv: Read-only file system" >&2; exit 1\n', { mode: 0o755 });
    await assert.rejects(importLedger(former.name, place), /can't be read: mv: Read-only file system/);
    fs.rmSync(bin);
    assert.deepEqual(await importLedger(former.name, place), ['staging', 'production']);
  });

  it('that can’t be reached is no empty one', async () => {
    make();
    const docker = fakeDocker([{ part: 'exec', code: 1, stderr: 'Error: container sluice-ledger is not running' }]);
    try {
      await assert.rejects(importLedger(former.name, place), (error: unknown) => {
        assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
        assertTold('formerLedgerAway', error);
        return true;
      });
    } finally {
      docker.restore();
    }
  });

  it('is taken over from its volume when somebody has pruned its container', async () => {
    make();
    former.prune();
    const input = { container: former.name, ledger: access };
    assert.deepEqual(await importFormerLedger(input), { environments: ['staging', 'production'] });
    assert.deepEqual(await home.records('production'), production);
    // The container that it was read with is gone: the volume can be removed.
    assert.deepEqual(fs.readdirSync(former.folder).sort(), ['bin', 'gone', 'ledger']);
  });

  it('is what an update of the platform takes over; without its container there is nothing to take', async () => {
    make();
    const input = { container: former.name, ledger: access };
    assert.deepEqual(await importFormerLedger(input), { environments: ['staging', 'production'] });
    const docker = fakeDocker([{ part: 'inspect', code: 1, stderr: 'Error: No such container: sluice-ledger' }]);
    try {
      assert.deepEqual(await importFormerLedger(input), { environments: [] });
    } finally {
      docker.restore();
    }
  });
});

describe('a ledger that a version before this one has kept on another machine', () => {
  const home = storeHome();

  it('is taken over from there, with its evidence', async () => {
    const host = await fakeSshHost();
    try {
      const own = path.join(host.place.folder, '.sluice');
      fs.mkdirSync(path.join(own, 'evidence', 'production', 'x', 'shop'), { recursive: true });
      fs.writeFileSync(path.join(own, 'evidence', 'production', 'x', 'shop', 'a b.png'), 'a picture');
      fs.writeFileSync(path.join(own, 'ledger.jsonl'), text(...production));
      const take = () => importLedger(host.place, (environment) => home.place(environment), 'production');
      for (const told of [await take(), await take()]) assert.deepEqual(told, ['production']);
      assert.deepEqual(await home.records('production'), production);
      assert.deepEqual(
        (await readEvidence(home.place('production'), 'production')).map(({ name }) => name),
        ['x/shop/a b.png'],
      );
      assert.throws(() => fs.appendFileSync(path.join(own, 'ledger.jsonl'), 'one more'), { code: 'EISDIR' });
    } finally {
      await host.stop();
    }
  });
});

describe('the text of a ledger', () => {
  it('is split by environment; lines of nobody are everybody’s, in their places', () => {
    const of = (environment: string, number: number): string => JSON.stringify({ environment, number });
    const lines = [of('a', 1), 'nonsense', of('b', 2), '', '{"environment":7}', of('a', 3)];
    assert.deepEqual(
      [...textByEnvironment(lines.join('\n'))],
      [
        ['a', `${of('a', 1)}\nnonsense\n{"environment":7}\n${of('a', 3)}\n`],
        ['b', `nonsense\n${of('b', 2)}\n{"environment":7}\n`],
      ],
    );
    assert.deepEqual([...textByEnvironment('nonsense\n')], []);
  });
});
