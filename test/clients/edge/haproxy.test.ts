import assert from 'node:assert/strict';
import { haproxyConfig, markIn, routesText, versionIn } from '../../../clients/edge/haproxy';

const discounts = { name: 'discounts', requestSeconds: 90, idleSeconds: 3600 };
const section = (config: string, name: string): string[] =>
  (config.split(/\n(?=frontend|backend|resolvers|defaults)/).find((each) => each.startsWith(`${name}\n`)) ?? '')
    .trim()
    .split('\n');

describe('the configuration of an edge', () => {
  it('answers for its service on port 80, whoever is asked for', () => {
    assert.deepEqual(section(haproxyConfig(discounts), 'frontend _edge'), [
      'frontend _edge',
      '  bind :80',
      '  default_backend discounts',
    ]);
  });

  it('answers on the container port as well, where that is wanted, and never listens twice on one', () => {
    const binds = (innerPort: number): string[] =>
      section(haproxyConfig({ ...discounts, innerPort }), 'frontend _edge').filter((line) => line.includes('bind'));
    assert.deepEqual(binds(3000), ['  bind :80', '  bind :3000']);
    assert.deepEqual(binds(80), ['  bind :80']);
  });

  it('has a server for what serves, and one for what comes next', () => {
    assert.deepEqual(section(haproxyConfig(discounts), 'backend discounts'), [
      'backend discounts',
      '  http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
      '  default-server resolvers _engine resolve-opts allow-dup-ip init-addr last,libc,127.255.255.255 pool-purge-delay 2s',
      '  server a "${SLUICE_ROUTE}"',
      '  server b unrouted.invalid:1 disabled init-addr last,127.255.255.255',
    ]);
  });

  it('gives an answer and a silent connection the time that the service says', () => {
    const lines = section(haproxyConfig(discounts), 'defaults');
    for (const line of ['  timeout server 90s', '  timeout client 3600s', '  timeout tunnel 3600s'])
      assert.ok(lines.includes(line), line);
  });

  it('answers the runtime API inside its container only', () => {
    assert.match(haproxyConfig(discounts), /stats socket ipv4@127\.0\.0\.1:9999 level admin/);
  });

  it('is told from every other one by the running process', () => {
    const version = versionIn(haproxyConfig(discounts));
    assert.match(version, /^[0-9a-f]{12}$/);
    assert.equal(versionIn(haproxyConfig({ ...discounts })), version);
    for (const other of [{ innerPort: 3000 }, { requestSeconds: 91 }, { idleSeconds: 1 }, { name: 'web' }])
      assert.notEqual(versionIn(haproxyConfig({ ...discounts, ...other })), version);
  });
});

describe('a route', () => {
  it('is a piece of configuration; a service without a release goes nowhere', () => {
    assert.equal(
      routesText({ container: 'sluice-staging-discounts-1', port: 8080 }),
      'global\n  setenv SLUICE_ROUTE sluice-staging-discounts-1:8080\n',
    );
    assert.equal(routesText(undefined), 'global\n  setenv SLUICE_ROUTE unrouted.invalid:1\n');
  });

  it('can carry a mark, a comment for HAProxy', () => {
    const text = routesText({ container: 'c', port: 1 }, '{"taken back": 1}');
    assert.equal(text, 'global\n  setenv SLUICE_ROUTE c:1\n# mark: {"taken back": 1}\n');
    assert.equal(markIn(text), '{"taken back": 1}');
    assert.equal(markIn(routesText(undefined)), undefined);
  });
});
