import assert from 'node:assert/strict';
import { launchChromium, launchOptions, type BrowserMachine } from '../../checks/chromium';
import { Unclear } from '../../checks/outcome';

const machine = (files: string[], more: Partial<BrowserMachine> = {}): BrowserMachine => ({
  environment: { PATH: '/bin' },
  exists: (file) => files.includes(file),
  own: '/own/chrome',
  root: false,
  ...more,
});

describe('chromium', () => {
  it("is the one that is named, the distribution's or Playwright's own", () => {
    const all = ['/my/chrome', '/usr/bin/chromium', '/own/chrome'];
    const named = machine(all, { environment: { SLUICE_CHROMIUM: '/my/chrome' } });
    assert.equal(launchOptions([], named).executablePath, '/my/chrome');
    assert.equal(launchOptions([], machine(all)).executablePath, '/usr/bin/chromium');
    assert.equal(launchOptions([], machine(['/own/chrome'])).executablePath, '/own/chrome');
  });

  it('could not tell without one', () => {
    assert.throws(() => launchOptions([], machine([])), Unclear);
    const named = machine(['/usr/bin/chromium'], { environment: { SLUICE_CHROMIUM: '/my/chrome' } });
    assert.throws(() => launchOptions([], named), /there is no browser at \/my\/chrome: set SLUICE_CHROMIUM/);
  });

  it('has a sandbox unless it is root or in a container', () => {
    const sandbox = (files: string[], root: boolean) =>
      launchOptions([], machine(['/usr/bin/chromium', ...files], { root })).chromiumSandbox;
    assert.equal(sandbox([], false), true);
    assert.equal(sandbox([], true), false);
    assert.equal(sandbox(['/.dockerenv'], false), false);
  });

  it('asks no proxy for the services', () => {
    const environment = { HTTP_PROXY: 'http://proxy', NO_PROXY: 'localhost', EMPTY: undefined };
    const { env } = launchOptions(['frontend', 'discounts'], machine(['/usr/bin/chromium'], { environment }));
    const noProxy = 'localhost,frontend,discounts';
    assert.deepEqual(env, { HTTP_PROXY: 'http://proxy', NO_PROXY: noProxy, no_proxy: noProxy });
  });

  it('could not tell when it does not start', async () => {
    const before = process.env['SLUICE_CHROMIUM'];
    process.env['SLUICE_CHROMIUM'] = process.execPath;
    try {
      await assert.rejects(
        launchChromium([]),
        (error) => error instanceof Unclear && /does not start/.test(error.message),
      );
    } finally {
      if (before === undefined) delete process.env['SLUICE_CHROMIUM'];
      else process.env['SLUICE_CHROMIUM'] = before;
    }
  });
});
