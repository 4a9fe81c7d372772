import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { openerOf, openOnDesktop } from '../../operations/desktop';
import { cleanUp, temporaryFolder } from '../checks/fixtures';

const on = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv = {}) =>
  openerOf({ platform, environment }, '/e/index.html');

describe('opening a file on the desktop', () => {
  afterEach(cleanUp);

  it('is done as each desktop does it', () => {
    assert.deepEqual(on('linux', { DISPLAY: ':0' }), ['xdg-open', '/e/index.html']);
    assert.deepEqual(on('linux', { WAYLAND_DISPLAY: 'wayland-0' }), ['xdg-open', '/e/index.html']);
    assert.deepEqual(on('darwin'), ['open', '/e/index.html']);
    assert.deepEqual(on('win32'), ['cmd', '/c', 'start', '""', '/e/index.html']);
  });

  it('is not tried where there is no desktop: on a server, and in a job', () => {
    assert.equal(on('linux', { DISPLAY: '' }), undefined);
    assert.equal(on('darwin', { CI: 'true' }), undefined);
    assert.equal(on('linux', { CI: 'true', DISPLAY: ':0' }), undefined);
  });

  it('is not tried on the screen of a machine that somebody has come to by SSH', () => {
    const environment = { SSH_CONNECTION: '10.0.0.2 50000 10.0.0.1 22' };
    assert.equal(on('darwin', environment), undefined);
    assert.equal(on('win32', environment), undefined);
    // A display that SSH has passed on is the one before which they sit.
    assert.deepEqual(on('linux', { ...environment, DISPLAY: 'localhost:10.0' }), ['xdg-open', '/e/index.html']);
  });

  it('tells when its opener says that it can not, and does not wait for one that stays', async () => {
    const folder = temporaryFolder();
    const opens = async (script: string) => {
      fs.writeFileSync(path.join(folder, 'xdg-open'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const noted: string[] = [];
      const environment = { DISPLAY: ':0', PATH: `${folder}:/usr/bin:/bin` };
      const opened = await openOnDesktop('/e', (line) => void noted.push(line), { platform: 'linux', environment });
      return { opened, noted };
    };
    assert.deepEqual(await opens('exit 3'), {
      opened: false,
      noted: ['it could not be opened: xdg-open ended with code 3'],
    });
    assert.deepEqual(await opens('exit 0'), { opened: true, noted: [] });
    assert.deepEqual(await opens('exec sleep 5'), { opened: true, noted: [] });
  });

  it('tells when there is nothing that opens it, and ends nothing', async () => {
    const noted: string[] = [];
    const machine = { platform: 'linux' as const, environment: { DISPLAY: ':0', PATH: '/nonexistent' } };
    assert.equal(await openOnDesktop('/e/index.html', (line) => void noted.push(line), machine), false);
    assert.match(noted.join(), /^it could not be opened: .*xdg-open/);
    assert.equal(await openOnDesktop('/e', () => undefined, { ...machine, environment: {} }), false);
  });
});
