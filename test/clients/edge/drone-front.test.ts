import assert from 'node:assert/strict';
import fc from 'fast-check';
import { droneFrontConfig, queryNames, tokenNamesProgram } from '../../../clients/edge/drone-front';
import { gogsConfig } from '../../../clients/git-host/gogs';

const settings = {
  drone: 'sluice-drone',
  gitHost: 'sluice-git:3000',
  gitHostForDrone: 'http://sluice-git:3000',
  gitHostForPeople: 'https://git.example.com',
  reusesTokenNames: false,
};

describe("Drone's front", () => {
  it('puts people’s address of the git host into redirects, and nothing else into the way', () => {
    const config = droneFrontConfig(settings);
    assert.ok(
      config.includes(
        '  http-response replace-header Location ^http://sluice-git:3000(/.*)?$ https://git.example.com\\1\n' +
          '  server drone sluice-drone:80 resolvers default init-addr last,libc,none\n',
      ),
    );
    assert.ok(!config.includes('lua'));
    assert.ok(!config.includes('frontend git-host-api'));
  });

  it('takes an address for itself, not for a pattern', () => {
    const config = droneFrontConfig({ ...settings, gitHostForDrone: 'http://git.internal:3000' });
    assert.ok(config.includes('^http://git\\.internal:3000(/.*)?$'));
  });

  it('makes token names new where the git host refuses one twice', () => {
    const config = droneFrontConfig({ ...settings, reusesTokenNames: true });
    assert.ok(config.includes('  lua-load /usr/local/etc/haproxy/token-names.lua\n'));
    assert.ok(config.includes('  http-request use-service lua.new-token if tokens METH_POST\n'));
    assert.ok(config.includes('  server git-host sluice-git:3000 '));
    assert.ok(tokenNamesProgram('sluice-git:3000').includes("url = 'http://sluice-git:3000' .. applet.path"));
  });
});

describe("what Drone's front lets be said of a build", () => {
  /** As HAProxy reads the rules: path and query as they are sent. */
  const isTaken = (path: string, query: string): boolean => {
    const rules = droneFrontConfig(settings).split('\n');
    const found = rules.flatMap((line) => {
      const [, where, what] = /if \{ path -m reg '(.*?)' \} \{ query -m reg '(.*)' \}$/.exec(line) ?? [];
      return where === undefined || what === undefined ? [] : [{ where, what }];
    });
    assert.equal(found.length, queryNames.length);
    return (
      query === '' || found.some(({ where, what }) => new RegExp(where).test(path) && new RegExp(what).test(query))
    );
  };
  const builds = '/api/repos/sluice/discounts/builds';

  it('is a branch and a commit, or a target, and nothing of a restart or a cron job', () => {
    assert.ok(isTaken(builds, 'branch=main&commit=4f5e'));
    assert.ok(isTaken(`${builds}/7/promote`, 'target=production'));
    assert.ok(isTaken(`${builds}/7/rollback`, 'target=production'));
    assert.ok(isTaken(`${builds}/7`, ''));
    assert.ok(isTaken('/api/user/repos', 'async=false'));
    for (const [path, query] of [
      [`${builds}/7`, 'PATH=/drone/src/evil'],
      [`${builds}/7`, 'debug=true'],
      [`${builds}/7`, 'target=x'],
      [builds, 'branch=main&LD_PRELOAD=x'],
      [builds, 'branch=main;LD_PRELOAD=x'],
      [builds, '%62ranch=main'],
      [builds, 'target=production'],
      [`${builds}/7/promote`, 'target=production&ENV=/drone/src/x'],
      [`${builds}/7/promote`, 'branch=main'],
      [`/api/repos/sluice/discounts/bu%69lds/7/promote`, 'target=production'],
      ['/api/repos/sluice/discounts/cron/nightly', 'A=b'],
      [`/${builds}`, 'branch=main'],
    ] as const) {
      assert.ok(!isTaken(path, query), `${path}?${query}`);
    }
  });

  it('is no other name, whatever else is said', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/).filter((text) => text !== 'target');
    fc.assert(
      fc.property(name, fc.string(), (text, value) => {
        assert.ok(!isTaken(`${builds}/7/promote`, `target=a&${text}=${encodeURIComponent(value)}`));
        assert.ok(!isTaken(`${builds}/7`, `${text}=${encodeURIComponent(value)}`));
      }),
    );
  });
});

describe("Gogs' configuration", () => {
  it('closes registration, names one host for hooks and needs no installation page', () => {
    const lines = gogsConfig({ url: 'http://localhost:13000', secretKey: 'k', hookHost: 'sluice-drone' }).split('\n');
    for (const line of [
      'EXTERNAL_URL = http://localhost:13000/',
      'DOMAIN = localhost',
      'DISABLE_SSH = true',
      'TYPE = sqlite3',
      'INSTALL_LOCK = true',
      'SECRET_KEY = k',
      'LOCAL_NETWORK_ALLOWLIST = sluice-drone',
      'DISABLE_REGISTRATION = true',
      'DEFAULT_BRANCH = main',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });
});
