import assert from 'node:assert/strict';
import { nextAfter } from '../../operations/failures';
import type { ComposeDeployed } from '../../targets/compose-deploy';
import { docker } from '../../clients/docker/docker';
import { ssh, type SshResult } from '../../clients/ssh/ssh';
import type { SituationName } from '../errors/table';
import { assertTold } from '../errors/told';
import { ComposeProjects, written } from './compose-project';

describe('a deployment into a compose project over SSH', function () {
  this.timeout(120_000);
  const projects = new ComposeProjects('deploy');
  before(() => projects.start());
  after(() => projects.stop());

  /** Holds what a failed deployment says, and what a verb tells to type then, to the table of errors. */
  const told = (name: SituationName, { code, stdout, stderr }: SshResult): void => {
    assert.deepEqual([code, stdout], [1, '']);
    assertTold(name, { message: stderr, next: nextAfter([stderr]) });
  };

  it(
    'puts the image into a file that somebody has written, and starts it',
    projects.each(async (project) => {
      await project.host.write(project.path, written('sluice-test/api:latest'), '640');
      const { code, stdout, stderr } = await project.deploy(project.image('healthy'));
      assert.equal(code, 0, stderr);
      const { services } = JSON.parse(stdout) as ComposeDeployed;
      assert.deepEqual(services, {
        api: {
          digest: project.digests['healthy'],
          image: project.image('healthy'),
          container: services['api']?.container,
        },
      });
      assert.equal(await project.host.read(project.path), written(project.image('healthy')));
      assert.match(await project.stat(), /^deploy:deploy 640 /);
      assert.match(await project.container(), / running$/);
    }),
  );

  it(
    'changes nothing for the same digest, even under another tag',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const before = [await project.container(), await project.stat()];
      const { code, stdout, stderr } = await project.deploy(project.image('other', 'healthy'));
      assert.equal(code, 0, stderr);
      assert.equal((JSON.parse(stdout) as ComposeDeployed).services['api']?.image, project.image('healthy'));
      assert.deepEqual([await project.container(), await project.stat()], before);
    }),
  );

  it(
    'replaces a release by the next',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const before = await project.container();
      assert.equal((await project.deploy(project.image('newer'))).code, 0);
      assert.equal(await project.host.read(project.path), written(project.image('newer')));
      const after = await project.container();
      assert.notEqual(after, before);
      assert.equal(after.split('\n').length, 1);
    }),
  );

  it(
    'starts what was removed by hand, and writes nothing',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const before = await project.stat();
      await docker(['rm', '--force', (await project.container()).split(' ')[0] ?? '']);
      assert.equal((await project.deploy(project.image('healthy'))).code, 0);
      assert.match(await project.container(), / running$/);
      assert.equal(await project.stat(), before);
    }),
  );

  it(
    'takes a service without a health check that keeps running',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      assert.equal((await project.deploy(project.image('plain'))).code, 0);
    }),
  );

  for (const [is, says] of [
    ['exits', /no database: giving up[^]*api is exited \(code 3\)/],
    ['ill', /a lost lock[^]*api is unhealthy/],
  ] as const) {
    it(
      `goes back from a release that ${is}, and tells its last words`,
      projects.each(async (project) => {
        await project.given(project.image('healthy'));
        const result = await project.deploy(project.image(is));
        const { stderr } = result;
        told('composeUnhealthy', result);
        assert.match(stderr, says);
        assert.match(stderr, /docker-compose.yml and what runs are as before\nsluice-code: went-back\n$/);
        assert.equal(await project.host.read(project.path), written(project.image('healthy')));
        assert.match(await project.container(), / running$/);
        assert.match(await project.stat(), /^deploy:deploy 640 /);
        const noted = await project.host.read(`${project.folder}/.sluice/failures.jsonl`);
        const record = JSON.parse(noted.trim().split('\n').at(-1) ?? '') as Record<string, string>;
        assert.equal(record['kind'], 'unhealthy');
        assert.match(record['summary'] ?? '', /^api is /);
        assert.match(record['by'] ?? '', /^deploy from \d/);
        // Asked for what runs, nothing is to be done.
        const before = await project.container();
        assert.equal((await project.deploy(project.image('healthy'))).code, 0);
        assert.equal(await project.container(), before);
      }),
    );
  }

  it(
    'goes back to the image that ran under a tag, not to what the tag stands for by now',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const tagged = `${project.registry.address}/sluice-test/api:latest`;
      const byDigest = (of: string): string =>
        `${project.registry.address}/sluice-test/api@${project.digests[of] ?? ''}`;
      await docker(['tag', byDigest('healthy'), tagged]);
      await project.host.write(project.path, written(tagged), '640');
      await project.host.run(`cd ${project.folder} && ${project.compose} up -d --no-deps api`, { user: 'deploy' });
      await docker(['tag', byDigest('newer'), tagged]);
      assert.equal((await project.deploy(project.image('exits'))).code, 1);
      assert.equal(await project.host.read(project.path), written(tagged));
      const [id = ''] = (await project.container()).split(' ');
      const [runs, meant] = await Promise.all([
        docker(['inspect', '--format', '{{.Image}}', id]),
        docker(['image', 'inspect', '--format', '{{.Id}}', byDigest('healthy')]),
      ]);
      assert.equal(runs.stdout, meant.stdout);
    }),
  );

  it(
    'leaves everything as it is when the registry refuses the login or has no such image',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const before = [await project.container(), await project.stat()];
      const refused = await project.deploy(project.image('newer'), { password: 'wrong' });
      told('composeLogin', refused);
      assert.match(
        refused.stderr,
        new RegExp(`${project.registry.address} does not let robot\\$pull in: .*(unauthorized|401)`),
      );
      const missing = await project.deploy(`${project.registry.address}/sluice-test/api:x@sha256:${'0'.repeat(64)}`);
      assert.match(missing.stderr, /can't be pulled: .*manifest unknown/);
      assert.deepEqual([await project.container(), await project.stat()], before);
    }),
  );

  it(
    'refuses a file that was changed since it was looked at',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const change = (script: string): string => script.replace(/^frame=.*$/m, `frame=${'0'.repeat(64)}`);
      told('composeChanged', await project.deploy(project.image('newer'), { change }));
      assert.equal(await project.host.read(project.path), written(project.image('healthy')));
    }),
  );

  it(
    'refuses a file that compose there can’t read, before it stops anything',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const before = await project.container();
      const misspelt = written(project.image('healthy')).replace('restart:', 'restarts:');
      await project.host.write(project.path, misspelt);
      told('composeUnreadable', await project.deploy(project.image('newer')));
      assert.deepEqual([await project.host.read(project.path), await project.container()], [misspelt, before]);
    }),
  );

  it(
    'says what the account may not do there',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const before = [await project.container(), await project.stat()];
      const away = (script: string): string => `DOCKER_HOST=unix:///none\nexport DOCKER_HOST\n${script}`;
      told('composeEngine', await project.deploy(project.image('newer'), { change: away }));
      await project.host.run(`rm -rf ${project.folder}/.sluice && chown root:root ${project.folder}`);
      try {
        told('composeFolder', await project.deploy(project.image('newer')));
      } finally {
        await project.host.run(`chown deploy: ${project.folder}`);
      }
      assert.deepEqual([await project.container(), await project.stat()], before);
    }),
  );

  it(
    'waits for another one who is at work, and names him; a dead one holds nothing',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      const holder = await ssh(
        { ...project.host.place, password: project.host.password },
        `cd ${project.folder} && printf 'ann since noon\\n' > .sluice/lock && (exec 9>>.sluice/lock; flock 9; exec sleep 30 > /dev/null 2>&1) & echo $!`,
      );
      const result = await project.deploy(project.image('newer'));
      told('composeBusy', result);
      assert.match(
        result.stderr,
        /^waiting for ann since noon, at work in .*\n.*is being worked in by ann since noon: run again/,
      );
      await project.host.run(`kill -9 ${holder.stdout.trim()}`);
      assert.equal((await project.deploy(project.image('newer'))).code, 0);
    }),
  );

  it(
    'refuses a file whose owner it can’t keep',
    projects.each(async (project) => {
      await project.given(project.image('healthy'));
      await project.host.run(`chown root:root ${project.path} && chmod 644 ${project.path}`);
      const result = await project.deploy(project.image('newer'));
      told('composeOwner', result);
      assert.match(result.stderr, /docker-compose.yml belongs to root:root, which deploy can't give a file to/);
      assert.equal(await project.host.read(project.path), written(project.image('healthy')));
      assert.match(await project.container(), / running$/);
    }),
  );
});
