import assert from 'node:assert/strict';
import { nextAfter } from '../../operations/failures';
import { describeFailure } from '../../operations/outcome';
import { assertTold } from '../errors/told';

describe('an update that failed', () => {
  it('is told with its errors, the next thing to type, and where everything is', () => {
    const errors = [
      `unable to pull image localhost:5500/discounts@sha256:aa: manifest for it not found: manifest unknown`,
    ];
    const lines = describeFailure('staging', { errors, log: '/log' });
    assert.equal(lines.at(-1), '  everything that Pulumi said: /log');
    const next = lines.at(-2)?.replace('  next: ', '');
    assertTold('lostImage', { message: lines.slice(0, -2).join('\n'), next });
  });

  it('says its next step once: what an error says itself is not said again', () => {
    assert.equal(nextAfter(['the registry refuses: unauthorized\n  next: npm run up']), undefined);
  });

  it('has a next step for what engines, registries and Pulumi are known to say', () => {
    const known: [string, RegExp][] = [
      ['write /var/lib/docker/x: no space left on device', /docker system df/],
      ['Get "http://localhost:5500/v2/": unauthorized: authentication required', /gives it its login again/],
      [
        'driver failed programming external connectivity: Bind for 127.0.0.1:80 failed: port is already allocated',
        /who has the port/,
      ],
      ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock', /npm run doctor/],
      ['no Docker engine answers at ssh://ann@far:22 (Connection refused): start it', /is that machine up/],
      ['error during connect: Get "http://docker.example.com/_ping": command [ssh -l ann]', /is that machine up/],
      ['incorrect passphrase', /put the passphrase back/],
      ['api is unhealthy; docker-compose.yml is as before, but x. The next run tries again', /which tries again/],
      ['there is neither "docker compose" nor "docker-compose" on this machine', /install it there/],
      ['flock is missing on this machine: install util-linux', /install it there/],
    ];
    for (const [error, next] of known) assert.match(nextAfter([error]) ?? '', next, error);
    assert.equal(nextAfter(['something else']), undefined);
  });
});
