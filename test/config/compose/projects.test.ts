import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { environment } from '../../../config/schema';
import { projects } from './projects';
import { fixtures, problemsOf, readFixture } from './reading';

describe('compose files as projects write them', () => {
  for (const { file, over } of projects) {
    it(`${file} becomes what stands in expected.json, which an environment takes`, () => {
      const result = readFixture(file, over);
      const expected: unknown = JSON.parse(
        fs.readFileSync(path.join(fixtures, path.dirname(file), 'expected.json'), 'utf8'),
      );
      assert.deepEqual(JSON.parse(JSON.stringify(result)), expected);
      environment.shape.services.parse(result.services);
    });
  }

  it('everything-wrong is told of all at once, by line', () => {
    const lines = problemsOf(() => readFixture('everything-wrong/docker-compose.yml'));
    const places = lines.map(
      (line) => /^everything-wrong\/docker-compose\.yml:(\d+: [\w.]+): /.exec(line)?.[1] ?? line,
    );
    assert.deepEqual(places, [
      '3: services.web.image',
      '4: services.web.privileged',
      '5: services.web.network_mode',
      '6: services.web.pid',
      '9: services.web.ports.1',
      '11: services.web.volumes.0',
      '12: services.web.volumes.1',
      '13: services.web.volumes.2',
      'and 14 more',
    ]);
  });

  it('has a service whose profile is taken, and no other', () => {
    const names = (profiles: string[]) => Object.keys(readFixture('spring/compose.yaml', { profiles }).services);
    assert.deepEqual(names([]), ['api', 'postgres']);
    assert.deepEqual(names(['tracing']), ['api', 'postgres', 'zipkin']);
    assert.match(
      problemsOf(() => names(['tools'])).join(),
      /^spring\/compose\.yaml:\d+: services\.adminer\.image: adminer:4 names no digest/,
    );
  });

  it('asks for each secret by the command that sets it', () => {
    const set = (name: string) =>
      `./sluice pulumi config set --secret --path 'sluice:composeSecrets["${name}"]' -s staging`;
    const said = problemsOf(() => readFixture('vault/docker-compose.yml')).filter((line) =>
      line.includes(': secrets.'),
    );
    assert.deepEqual(said, [
      `vault/docker-compose.yml:22: secrets.db_password: has no value in Pulumi.staging.yaml; set it: ${set('db_password')} < vault/secrets/db_password.txt`,
      `vault/docker-compose.yml:24: secrets.tls_key: has no value in Pulumi.staging.yaml; set it: ${set('TLS_KEY')}`,
    ]);
  });
});
