import assert from 'node:assert/strict';
import { removePulled } from '../../engine/release-images';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { candidate } from '../releases/fixtures';

const releases = (...of: string[]) => of.flatMap((each) => Object.values(candidate(each)));
const nameOf = (of: string): string => {
  const [release] = releases(of);
  return `${release?.image ?? ''}@${release?.digest ?? ''}`;
};

describe('images that a deployment has pulled', () => {
  let docker: FakeDocker;
  afterEach(() => docker.restore());
  const removed = (): string[] =>
    docker.calls().flatMap(({ args }) => (args[1] === 'rm' ? [args.slice(2).join(' ')] : []));

  it('are removed by their own names, and by no force', async () => {
    docker = fakeDocker([
      { part: 'image ls', stdout: `sha256:1 ${nameOf('a')}\nsha256:2 ${nameOf('b')}\nsha256:2 other@<none>\n` },
    ]);
    assert.equal(await removePulled(releases('a', 'c', 'a'), {}), 1);
    assert.deepEqual(removed(), [nameOf('a')]);
  });

  it('stay while a container has them, running or not', async () => {
    docker = fakeDocker([
      { part: 'image ls', stdout: `sha256:1 ${nameOf('a')}\nsha256:2 ${nameOf('b')}\n` },
      { part: 'ancestor=sha256:1', stdout: '4f1c\n' },
    ]);
    assert.equal(await removePulled(releases('a', 'b'), {}), 1);
    assert.deepEqual(removed(), [nameOf('b')]);
    assert.ok(docker.calls().some(({ args }) => args.join(' ').startsWith('ps --all')));
  });

  it('are not counted when the engine does not let them go, and not asked for when there are none', async () => {
    docker = fakeDocker([
      { part: 'image ls', stdout: `sha256:1 ${nameOf('a')}\n` },
      { part: 'image rm', code: 1, stderr: 'image has dependent child images' },
    ]);
    assert.equal(await removePulled(releases('a'), {}), 0);
    docker.restore();
    docker = fakeDocker([]);
    assert.equal(await removePulled([], {}), 0);
    assert.deepEqual(docker.calls(), []);
  });
});
