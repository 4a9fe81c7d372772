import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker } from '../../clients/docker/docker';
import { entryName } from '../../store/ledger/names';
import { assertTold } from '../errors/told';
import { Place, type Cutover } from './place';

/** Watched until it does badly. */
const watch = { seconds: 600, tooLittle: 'pass', minRequests: 10 } as const;

/** Going back from what does badly, while something else fails as well. */
describe('take-back on an engine', function () {
  this.timeout(180_000);
  let place: Place;
  let isDisk = false;
  before(async () => {
    place = await Place.make('takeback', { services: ['discounts', 'frontend'] });
    // A disk of its own for the store, which can be filled.
    const disk = ['-t', 'tmpfs', '-o', 'size=16m,mode=0700', 'none', place.home];
    isDisk = spawnSync('mount', disk, { stdio: 'ignore' }).status === 0;
    for (const service of ['discounts', 'frontend']) await place.release('first', {}, service);
    await succeeds(place.cutover('first'));
  });
  after(async () => {
    if (isDisk) execFileSync('umount', [place.home]);
    await place.end();
  });

  const last = async (): Promise<string[]> => (await place.records()).map(({ kind }) => kind).slice(-2);
  const succeeds = async (cutover: Cutover): Promise<void> => assert.equal(await cutover.ended(), 0, cutover.said);
  /** A release of discounts; frontend stays. */
  const discounts = (name: string) => ({ discounts: name, frontend: 'first' });
  const asShell = (container: string, command: string) =>
    docker(['exec', '--user', '0', container, 'sh', '-c', command], { allowFailure: true });

  /** A cutover to a release of discounts, and its watch has begun. */
  async function watched(name: string): Promise<Cutover> {
    await place.release(name);
    const cutover = place.cutover(discounts(name), watch);
    while (!cutover.said.includes('is watched')) await sleep(50);
    return cutover;
  }

  async function untilUnhealthy(name: string, service: string): Promise<void> {
    const health = ['inspect', '--format', '{{.State.Health.Status}}', place.containerOf(name, service)];
    while ((await docker(health)).stdout.trim() !== 'unhealthy') await sleep(200);
  }

  /** Has a release fail, and people notice. */
  async function fails(name: string, service?: string): Promise<void> {
    await place.spoil(name, 'fails', service);
    for (let i = 0; i < 60; i++) await place.ask('/', service);
  }

  it('TakeBackWithFullDisk: goes back although nothing can be recorded; the next update records it', async function () {
    if (!isDisk) {
      this.test!.title += ' (not tried: this user may not mount a disk of its own)';
      return;
    }
    const cutover = await watched('full');
    const filler = path.join(place.home, 'filler');
    assert.throws(() => fs.writeFileSync(filler, Buffer.alloc(32 * 1024 * 1024)), { code: 'ENOSPC' });
    await fails('full');
    assert.equal(await cutover.ended(), 1, cutover.said);
    assert.match(cutover.said, /the ledger could not be told: .*[Nn]o space left/);
    assert.equal(await place.ask(), '200 first');
    assert.equal((await last()).at(-1), 'switch');

    fs.rmSync(filler);
    const next = place.cutover(discounts('full'));
    assert.equal(await next.ended(), 1, next.said);
    assertTold('takenBack', next.failure());
    assert.match(next.said, /production has taken discounts back: discounts: \d+ of \d+ requests failed/);
    assert.deepEqual(await last(), ['switch', 'taken-back']);
    assert.equal(await place.ask(), '200 first');
  });

  it('LostLedger: goes back although the ledger is gone', async () => {
    const cutover = await watched('lost');
    const store = place.store.place;
    fs.renameSync(store, `${store}-away`);
    fs.writeFileSync(store, 'no folder');
    await fails('lost');
    assert.equal(await cutover.ended(), 1, cutover.said);
    assert.match(cutover.said, /the ledger could not be told: the store in /);
    fs.rmSync(store);
    fs.renameSync(`${store}-away`, store);
    assert.equal(await place.ask(), '200 first');
    // Another release is as good a moment to record it.
    await place.release('second');
    await succeeds(place.cutover(discounts('second')));
    const kinds = (await place.records()).map(({ kind }) => kind);
    assert.deepEqual(kinds.slice(-4), ['switch', 'taken-back', 'switch', 'cutover']);
    assert.equal(await place.ask(), '200 second');
  });

  it('WatchThrows: goes back when the edge can no longer be asked', async () => {
    const cutover = await watched('unseen');
    await asShell(place.edge, 'mv "$(command -v nc)" /tmp/nc');
    while (!cutover.said.includes('could not be switched yet')) await sleep(100);
    await asShell(place.edge, 'mv /tmp/nc /usr/bin/nc');
    assert.equal(await cutover.ended(), 1, cutover.said);
    assertTold('takenBack', {
      ...cutover.failure(),
      message: cutover.said.slice(cutover.said.indexOf('production has')),
    });
    assert.match(cutover.said, /taken discounts back: it could not be watched to the end: /);
    assert.equal(await place.ask(), '200 second');
    assert.deepEqual(await last(), ['switch', 'taken-back']);
  });

  it('SlowEngine: goes back when an answer takes longer than it may', async () => {
    const cutover = await watched('tired');
    await asShell(place.edge, 'cp "$(command -v nc)" /tmp/nc');
    const slow = '#!/bin/sh\\nsleep 12\\nexec /tmp/nc "$@"\\n';
    await asShell(place.edge, `printf '${slow}' > /tmp/slow && chmod +x /tmp/slow && mv /tmp/slow /usr/bin/nc`);
    while (!cutover.said.includes('could not be switched yet')) await sleep(100);
    await asShell(place.edge, 'mv /tmp/nc /usr/bin/nc');
    assert.equal(await cutover.ended(), 1, cutover.said);
    assert.match(cutover.said, /taken discounts back: it could not be watched to the end: /);
    assert.equal(await place.ask(), '200 second');
    assert.deepEqual(await last(), ['switch', 'taken-back']);
  });

  it('KilledWhileGoingBack: the bad release is not taken again, and the next run records it', async () => {
    const cutover = await watched('killed');
    // Whoever reads on before he writes waits for ever.
    const next = path.join(place.store.place, entryName('production', (await place.chain()).head.number + 1));
    execFileSync('mkfifo', [next]);
    await fails('killed');
    while ((await place.ask()) !== '200 second') await sleep(50);
    await cutover.kill();
    fs.rmSync(next);
    assert.equal((await last()).at(-1), 'switch');
    const later = place.cutover(discounts('killed'));
    assert.equal(await later.ended(), 1, later.said);
    assert.match(later.said, /production has taken discounts back: discounts: \d+ of \d+ requests failed/);
    assert.equal(await place.ask(), '200 second');
    assert.deepEqual(await last(), ['switch', 'taken-back']);
    // Once is enough: what was recorded is not recorded again.
    await succeeds(place.cutover(discounts('second')));
    assert.deepEqual(await last(), ['switch', 'taken-back']);
  });

  it('ResumedIll: a release that became ill while nobody watched it is taken back', async () => {
    const killed = await watched('fading');
    await killed.kill();
    await place.spoil('fading', 'ill');
    await untilUnhealthy('fading', 'discounts');
    assert.equal(await place.ask(), '200 fading');
    const next = place.cutover(discounts('fading'));
    assert.equal(await next.ended(), 1, next.said);
    assert.match(next.said, /production has taken discounts back: discounts is unhealthy/);
    assert.equal(await place.ask(), '200 second');
    assert.deepEqual(await last(), ['switch', 'taken-back']);
  });

  it('and so it is when another release was asked for, and that is ill', async () => {
    const killed = await watched('left');
    await killed.kill();
    await place.release('exits', { EXITS: '1' });
    const next = place.cutover(discounts('exits'));
    assert.equal(await next.ended(), 1, next.said);
    assertTold('unhealthy', next.failure());
    assert.equal(await place.ask(), '200 second');
  });

  it('NeighbourFails: goes back when a service does badly that was not changed', async () => {
    const cutover = await watched('heavy');
    await fails('first', 'frontend');
    assert.equal(await cutover.ended(), 1, cutover.said);
    assert.match(cutover.said, /taken discounts back: frontend: \d+ of \d+ requests failed .*; it was not changed/);
    assert.equal(await place.ask(), '200 second');
  });

  it('UnchangedIll: takes a release although another service is ill, and was before', async () => {
    await place.spoil('first', 'ill', 'frontend');
    await untilUnhealthy('first', 'frontend');
    await place.release('third');
    await succeeds(place.cutover(discounts('third')));
    assert.equal(await place.ask(), '200 third');
    // Its requests fail as they did before, and take nothing back.
    await place.release('fourth');
    const cutover = place.cutover(discounts('fourth'), { ...watch, seconds: 4 });
    while (!cutover.said.includes('is watched')) await sleep(50);
    for (let i = 0; i < 30; i++) await place.ask('/', 'frontend');
    await succeeds(cutover);
    assert.equal(await place.ask(), '200 fourth');
    // Nor does it end an update that changes nothing of it.
    const same = place.cutover(discounts('fourth'));
    await succeeds(same);
    assert.match(same.said, /frontend: .* is unhealthy.*; this update does not change it/);
  });
});
