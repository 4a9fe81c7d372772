import assert from 'node:assert/strict';
import { droneFrontConfig, tokenNamesProgram } from '../../engine/drone-front';
import { runnerEnvFile } from '../../engine/drone-runner';
import { gogsConfig } from '../../engine/gogs';

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

describe("the steps' variables", () => {
  it('lead git to the container and give it the clone’s credentials', () => {
    assert.equal(
      runnerEnvFile({ url: 'http://localhost:3000', internalUrl: 'http://sluice-git:3000' }),
      `GIT_CONFIG_PARAMETERS=''url.http://sluice-git:3000/.insteadOf=http://localhost:3000/' 'credential.http://sluice-git:3000.helper=!f() { test "$1" = get && sed -n "s/^login /username=/p;s/^password /password=/p" "$HOME/.netrc" 2>/dev/null; }; f''
`,
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
