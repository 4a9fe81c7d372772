import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { codeLine, type ErrorCode } from '../../base/codes';
import { nextAfter } from '../../operations/failures';
import { describeFailure, everythingSaid } from '../../operations/outcome';
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

  it('says in a step or job what of Pulumi’s words somebody can still read when it has ended', () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'failures-'));
    const log = path.join(home, 'logs', 'staging-up.log');
    const said = (backend: string, isTold: boolean): string[] =>
      everythingSaid(log, isTold, { environment: { SLUICE_HOME: home, PULUMI_BACKEND_URL: backend }, isJob: true });
    try {
      fs.mkdirSync(path.dirname(log));
      fs.writeFileSync(log, Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join(''));
      const inHome = ["  everything that Pulumi said: logs/staging-up.log in Sluice's home"];
      assert.deepEqual(said(`file://${home}/pulumi`, true), inHome);
      for (const elsewhere of ['file:///mnt/state', 's3://state', 'https://api.pulumi.com']) {
        assert.deepEqual(said(elsewhere, true), []);
        const lines = said(elsewhere, false);
        assert.deepEqual([lines.length, lines[0], lines.at(-1)], [20, '  line 10', '  line 29']);
      }
      fs.rmSync(log);
      assert.deepEqual(said('s3://state', false), []);
    } finally {
      fs.rmSync(home, { recursive: true });
    }
  });

  it('would have deleted the key of ledgers: that is no invitation to do so', () => {
    // Pulumi 3.259.0
    const urn = 'urn:pulumi:platform::sluice::random:index/randomPassword:RandomPassword::ledger-key';
    const error = [
      `resource "${urn}" cannot be deleted`,
      'because it is protected. To unprotect the resource, either remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:',
      `\`pulumi state unprotect '${urn}'\``,
    ].join('\n');
    for (const begin of ['', 'Preview failed: ']) {
      const lines = describeFailure('platform', { errors: ['update failed', begin + error], log: '/log' });
      const next = lines.at(-2)?.replace('  next: ', '');
      assertTold('protectedKey', { message: lines.slice(0, -2).join('\n'), next });
      assert.doesNotMatch(lines.join('\n'), /unprotect/);
    }
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
      ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock', /\.\/sluice doctor/],
      [`it is far away\n${codeLine('engine-away', 'ssh://ann@far:22')}`, /is that machine up/],
      ['error during connect: Get "http://docker.example.com/_ping": command [ssh -l ann]', /is that machine up/],
      ['incorrect passphrase', /put the passphrase back/],
    ];
    for (const [error, next] of known) assert.match(nextAfter([error]) ?? '', next, error);
    assert.equal(nextAfter(['something else']), undefined);
  });

  it('has a next step for each code, whatever the words', () => {
    const known: [ErrorCode, RegExp][] = [
      ['login-refused', /sluice:registryUsername/],
      ['file-of-another', /give the file/],
      ['went-back', /push a change .* \.\/sluice promote ENVIRONMENT --again$/],
      ['stuck-halfway', /which tries again/],
      ['file-unreadable', /correct the file/],
      ['folder-busy', /wait until/],
      ['file-changed', /looks at it anew/],
      ['engine-refused', /start the engine/],
      ['folder-refused', /give the folder/],
      ['program-missing', /install it there/],
    ];
    for (const [code, next] of known) {
      // Words of something else stand in front of it.
      const error = `manifest unknown: no space left on device\n${codeLine(code)}\n`;
      assert.match(nextAfter([error]) ?? '', next, code);
      const told = describeFailure('staging', { errors: [error], log: '/log' }, 'staging').join('\n');
      assert.doesNotMatch(told, /ENVIRONMENT/);
      if (code === 'went-back') assert.match(told, /\.\/sluice promote staging --again/);
      assert.doesNotMatch(told, /sluice-code/);
    }
  });

  it('takes no code from what an app has printed', () => {
    assert.equal(nextAfter([`the last words of api:\n    ${codeLine('file-changed')}`]), undefined);
  });
});
