import assert from 'node:assert/strict';
import type { EngineEvent } from '@pulumi/pulumi/automation';
import { docker, DockerError } from '../../clients/docker/docker';
import { refuseForeignNames, withForeignHolder, type NameScope } from '../../operations/foreign-names';
import { describeFailure } from '../../operations/outcome';
import { foundImages } from '../../stacks/images';
import { tells } from '../errors/told';

const instance = `words-test-${process.pid}`;
const scope: NameScope = { instance, beginning: `${instance}-staging`, on: {} };
const release = `${instance}-staging-discounts-3f2a91c0d4e5`;
const network = `${instance}-staging`;
const volume = `${instance}-ledger`;
const platform: NameScope = { ...scope, beginning: instance };

/** What a preview tells of an object that there is to be. @param id what the state knows it by */
function planned(type: string, name: string, id?: string): EngineEvent {
  const old = id === undefined ? {} : { old: { id } };
  const metadata = { op: id === undefined ? 'create' : 'same', type, urn: 'u', provider: '', ...old };
  const whole = { ...metadata, new: { inputs: { name } } };
  return { sequence: 0, timestamp: 0, resourcePreEvent: { metadata: whole } } as unknown as EngineEvent;
}

const types = {
  container: 'docker:index/container:Container',
  network: 'docker:index/network:Network',
  volume: 'docker:index/volume:Volume',
};

/** A stack whose preview tells this; it counts how often it is asked. */
function stackOf(...events: EngineEvent[]) {
  const stack = {
    name: 'staging',
    asked: 0,
    preview: () => {
      stack.asked += 1;
      return Promise.resolve({ ok: true, changes: {}, errors: [], log: '', text: '', events });
    },
  };
  return stack;
}

/** On this machine's engine: what has a name is a real container, network or volume. */
describe('ForeignName: a name that something foreign has', function () {
  this.timeout(60_000);
  let image = '';
  before(() => {
    image = foundImages()['node'] ?? assert.fail('the toolchain has told no image');
  });
  afterEach(async () => {
    await docker(['rm', '--force', release, `${release}-other`], { allowFailure: true });
    await docker(['network', 'rm', network], { allowFailure: true });
    await docker(['volume', 'rm', '--force', volume], { allowFailure: true });
  });

  const create = (...more: string[]) => docker(['create', '--name', release, ...more, image]);

  it('is told before anything is done, with the container that has it and what to type', async () => {
    await create('--label', 'com.docker.compose.project=blog');
    await assert.rejects(refuseForeignNames(stackOf(planned(types.container, release)), scope), (error: Error) => {
      const [known = '', since = ''] = error.message.split(', since ');
      assert.equal(
        known,
        `the name ${release} is taken by a container that is not of this Sluice: image ${image}, not running, of the compose project blog`,
      );
      assert.match(since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      return tells('foreignContainer')(error);
    });
    assert.equal((await docker(['container', 'inspect', release])).code, 0);
  });

  it('is told of a network and of a volume, which would be taken over with all that is in it', async () => {
    await docker(['network', 'create', network]);
    await docker(['volume', 'create', '--label', 'com.docker.compose.project=blog', volume]);
    await assert.rejects(
      refuseForeignNames(stackOf(planned(types.network, network)), scope),
      tells('foreignNetworkOrVolume'),
    );
    await assert.rejects(
      refuseForeignNames(stackOf(planned(types.volume, volume)), platform),
      (error: Error) =>
        error.message.includes('by a volume that is not of this Sluice: of the compose project blog, since 2') &&
        tells('foreignNetworkOrVolume')(error),
    );
  });

  it('is told with the other Sluice that has it', async () => {
    await create('--label', 'sluice.instance=shop', '--label', 'sluice.stack=pilot');
    await assert.rejects(refuseForeignNames(stackOf(planned(types.container, release)), scope), {
      message: /not running, of the Sluice shop, stack pilot, since /,
    });
  });

  it('is none of what is ours, and Pulumi is asked nothing where nothing foreign is there', async () => {
    await create('--label', `sluice.instance=${instance}`, '--label', 'sluice.stack=staging');
    const stack = stackOf(planned(types.container, release));
    await refuseForeignNames(stack, scope);
    assert.equal(stack.asked, 0);
  });

  it('is none that no resource wants, of another kind, or of what the state knows', async () => {
    const id = (await create()).stdout.trim();
    await docker(['volume', 'create', volume]);
    await refuseForeignNames(stackOf(planned(types.container, `${release}0`)), scope);
    await refuseForeignNames(stackOf(planned(types.network, release)), scope);
    await refuseForeignNames(stackOf(planned(types.container, release, id)), scope);
    await refuseForeignNames(stackOf(planned(types.volume, volume, volume)), platform);
    await assert.rejects(refuseForeignNames(stackOf(planned(types.container, release, 'f'.repeat(64))), scope));
  });

  it("is told in place of the engine's own words when it was taken in between", async () => {
    await create();
    await docker(['network', 'create', network]);
    for (const [args, kind, name] of [
      [['create', '--name', release, image], 'container', release],
      [['network', 'create', network], 'network', network],
    ] as const) {
      const error: unknown = await docker([...args]).catch((conflict: unknown) => conflict);
      assert.ok(error instanceof DockerError);
      const outcome = { ok: false, changes: {}, errors: [error.message], log: '/log' };
      const told = (await withForeignHolder(outcome, 'staging', scope)) ?? assert.fail('nobody was found');
      const lines = describeFailure('staging', told).join('\n');
      assert.ok(lines.includes(`the name ${name} is taken by a ${kind} that is not of this Sluice: `), lines);
      const typed = kind === 'container' ? `docker rename ${name} ANOTHER-NAME` : `docker network rm ${name}`;
      assert.ok(lines.includes(`\n  next: if it may go: ${typed}`), lines);
      assert.equal((lines.match(/that is not of this Sluice/g) ?? []).length, 1, lines);
    }
  });

  it('is not blamed for anything else', async () => {
    await create();
    const ended = (errors: string[], ok = false) => ({ ok, changes: {}, errors, log: '' });
    for (const error of [`${release} is unhealthy`, 'Bind for 127.0.0.1:80 failed: port is already allocated'])
      assert.equal(await withForeignHolder(ended([error]), 'staging', scope), undefined);
    const other = `The container name "/${release}-other" is already in use`;
    assert.equal(await withForeignHolder(ended([other]), 'staging', scope), undefined);
    assert.equal(await withForeignHolder(ended([], true), 'staging', scope), undefined);
  });
});
