import assert from 'node:assert/strict';
import { inspectContainer } from '../../clients/docker/docker';
import { assertTold } from '../errors/told';
import type { SituationName } from '../errors/table';
import { Place, type Behaviour } from './place';

/** A release that is healthy has to answer where its service says, before the switch and through the edge after it. */
describe('answers of a release, on an engine', function () {
  this.timeout(180_000);
  let place: Place;
  before(async () => {
    place = await Place.make('answers');
    await place.release('good');
    const first = place.cutover('good');
    assert.equal(await first.ended(), 0, first.said);
  });
  after(() => place.end());

  async function refused(
    name: string,
    behaviour: Behaviour,
    as: SituationName = 'unanswering',
  ): Promise<{ message: string; next: string }> {
    await place.release(name, behaviour);
    const cutover = place.cutover(name, {}, { healthySeconds: 3 });
    assert.equal(await cutover.ended(), 1, cutover.said);
    assert.equal(await place.ask(), '200 good');
    const record = (await place.records()).at(-1);
    assert.ok(record?.kind === 'unhealthy');
    assert.deepEqual(record.releases, { discounts: `discounts-${name}:8080` });
    assert.equal(await inspectContainer(place.containerOf(name)), undefined);
    const failure = cutover.failure();
    assertTold(as, failure);
    return { message: failure.message.split('\n')[0] ?? '', next: failure.next };
  }

  const told = (name: string, problem: string): string =>
    `discounts: ${place.containerOf(name)} is healthy${problem}; the edge of production stays where it is`;

  it('WrongContainerPort: one that listens elsewhere is refused, with where', async () => {
    assert.deepEqual(await refused('elsewhere', { PORT: '3000' }, 'wrongContainerPort'), {
      message: told('elsewhere', ', but listens on 3000, 8079 (and only on 127.0.0.1), and containerPort says 8080'),
      next: 'set containerPort of discounts to 3000 (Pulumi.production.yaml), or have its program listen on 0.0.0.0:8080',
    });
  });

  it('one that only its own container reaches is refused, and why', async () => {
    assert.deepEqual(await refused('inside', { HOST: '127.0.0.1' }), {
      message: told('inside', ', but listens on 8080 on 127.0.0.1 only, where nobody outside its container reaches it'),
      next: 'have the program of discounts listen on 0.0.0.0:8080 (many take HOST=0.0.0.0 for that)',
    });
  });

  it('one that speaks something else is refused: the edge would answer 502', async () => {
    const { message } = await refused('banner', { BANNER: 'SSH-2.0-OpenSSH_9.2' });
    const problem = ' and listens on 8080, but what it says there is no HTTP, and the edge speaks plain HTTP with it';
    assert.equal(message, told('banner', problem));
  });

  it('one that takes connections and says nothing is refused, with what it was asked', async () => {
    const { message } = await refused('silent', { SLOW: '600000' });
    assert.equal(message, told('silent', ' and listens on 8080, but gives no answer to GET / within 3 s'));
  });

  it('one that begins to listen after it is healthy is waited for', async () => {
    await place.release('late', { LATE: '6000' });
    const cutover = place.cutover('late');
    assert.equal(await cutover.ended(), 0, cutover.said);
    assert.equal(await place.ask(), '200 late');
  });

  it('any status is an answer: one that says 503 itself is switched to, and left to the watch', async () => {
    await place.release('failing', { FAILS: '503' });
    const cutover = place.cutover('failing', { seconds: 0 });
    assert.equal(await cutover.ended(), 0, cutover.said);
    assert.equal(await place.ask(), '503 failing');
  });

  it('one that answers by itself, and not through the edge, is taken back without any watch', async () => {
    await place.release('shy', { SHY: '1' });
    const cutover = place.cutover('shy', { seconds: 0 });
    assert.equal(await cutover.ended(), 1, cutover.said);
    assertTold('takenBack', cutover.failure());
    assert.match(cutover.said, /discounts: the edge gives 502 to GET \/, and the release itself gives an answer/);
    assert.equal((await place.records()).at(-1)?.kind, 'taken-back');
    assert.equal(await place.ask(), '503 failing');
  });
});
