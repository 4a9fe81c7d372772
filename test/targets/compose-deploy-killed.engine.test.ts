import assert from 'node:assert/strict';
import { isLong } from '../long';
import { ComposeProjects, written, type ComposeProject } from './compose-project';

describe('a deployment into a compose project over SSH, killed at', function () {
  this.timeout(120_000);
  const projects = new ComposeProjects('killed');
  before(() => projects.start());
  after(() => projects.stop());

  const all = ['locked', 'logged-in', 'pulled', 'noted', 'drafted', 'written', 'removed', 'started', 'healthy', 'done'];
  /** The short form takes those after which most is half done: a login, two files, two containers. */
  const some = ['logged-in', 'written', 'removed'];
  for (const step of isLong ? all : some) {
    it(
      `${step}: the file is old or new, no password stays, and the next run ends it`,
      projects.each(async (project) => {
        await project.given(project.image('healthy'));
        const { code } = await project.deploy(project.image('newer'), { change: killedAt(step) });
        assert.notEqual(code, 0);
        assert.ok(
          [written(project.image('healthy')), written(project.image('newer'))].includes(
            await project.host.read(project.path),
          ),
        );
        const next = await project.deploy(project.image('newer'));
        assert.equal(next.code, 0, next.stderr);
        assert.equal(await project.host.read(project.path), written(project.image('newer')));
        assert.match(await project.container(), /^\S+ \S+ running$/);
        await nothingIsLeft(project);
      }),
    );
  }

  for (const step of isLong ? ['started', 'cleared'] : ['cleared']) {
    it(
      `${step}, with a broken release: the next run goes back to what ran before`,
      projects.each(async (project) => {
        await project.given(project.image('healthy'));
        await project.deploy(project.image('exits'), { change: killedAt(step) });
        const next = await project.deploy(project.image('exits'));
        assert.equal(next.code, 1);
        assert.match(next.stderr, /docker-compose.yml and what runs are as before\nsluice-code: went-back\n$/);
        assert.equal(await project.host.read(project.path), written(project.image('healthy')));
        assert.match(await project.container(), /^\S+ \S+ running$/);
        await nothingIsLeft(project);
      }),
    );
  }
});

/** No draft, no journal, no login; and the password in no file of the machine that it could be in. */
async function nothingIsLeft({ host, registry, folder }: ComposeProject): Promise<void> {
  const { stdout } = await host.run(`ls -A ${folder} ${folder}/.sluice /dev/shm /tmp`);
  assert.doesNotMatch(stdout, /journal|said|problem|login|\.docker-compose/);
  const secrets = [registry.password, Buffer.from(`${registry.username}:${registry.password}`).toString('base64')];
  for (const secret of secrets) {
    const found = await host.run(`grep -rlF ${secret} /home /root /tmp /var/tmp /dev/shm /run ${folder}`, {
      allowFailure: true,
    });
    assert.equal(found.stdout, '');
  }
}

const killedAt =
  (step: string) =>
  (script: string): string =>
    script.replace('step() { :; }', () => `step() { [ "$1" != ${step} ] || kill -9 $$; }`);
