import assert from 'node:assert/strict';
import { openerOf, openOnDesktop } from '../../operations/desktop';

const on = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv = {}) =>
  openerOf({ platform, environment }, '/e/index.html');

describe('opening a file on the desktop', () => {
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

  it('tells when there is nothing that opens it, and ends nothing', async () => {
    const noted: string[] = [];
    const machine = { platform: 'linux' as const, environment: { DISPLAY: ':0', PATH: '/nonexistent' } };
    assert.equal(await openOnDesktop('/e/index.html', (line) => void noted.push(line), machine), false);
    assert.match(noted.join(), /^it could not be opened: .*xdg-open/);
    assert.equal(await openOnDesktop('/e', () => undefined, { ...machine, environment: {} }), false);
  });
});
