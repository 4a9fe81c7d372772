import assert from 'node:assert/strict';
import { haproxyConfig, routeVariable, routesText } from '../../../clients/edge/haproxy';

describe('the edge’s configuration', () => {
  const config = haproxyConfig([
    { name: 'discounts', hostPort: 8181, containerPort: 8080 },
    { name: 'shop-front', hostPort: 8180, containerPort: 3000 },
  ]);

  it('has a port and a backend per service, and the whole network behind one port by name', () => {
    for (const line of [
      'frontend _network\n  bind :80\n  use_backend %[req.hdr(host),field(1,:),lower]',
      'frontend _host-discounts\n  bind :8181\n  default_backend discounts',
      'backend discounts\n  http-request disable-l7-retry unless { method GET HEAD OPTIONS }\n' +
        '  default-server resolvers _engine resolve-opts allow-dup-ip init-addr last,libc,127.0.0.1 pool-purge-delay 2s\n' +
        '  server a "${ROUTE_DISCOUNTS}:8080"\n  server b unrouted.invalid:8080 disabled',
      'frontend _host-shop-front\n  bind :8180\n  default_backend shop-front',
      '  server a "${ROUTE_SHOP_FRONT}:3000"\n  server b unrouted.invalid:3000 disabled',
    ]) {
      assert.ok(config.includes(line), `${line}\nis not in\n${config}`);
    }
  });

  it('answers the runtime API inside its container only', () => {
    assert.match(config, /stats socket ipv4@127\.0\.0\.1:9999 level admin/);
  });
});

describe('the edge’s configuration for services that answer on their container ports inside', () => {
  const service = (name: string, hostPort: number, containerPort: number) => ({
    name,
    hostPort,
    containerPort,
    innerPort: true,
  });
  const to = (name: string) => `  use_backend ${name} if { req.hdr(host),field(1,:),lower -m str ${name} }`;
  const section = (config: string, name: string): string[] =>
    (config.split(/\n(?=frontend|backend|resolvers)/).find((each) => each.startsWith(`${name}\n`)) ?? '')
      .trim()
      .split('\n');

  it('listens on each of them, and tells services by the name that is asked for', () => {
    const config = haproxyConfig([service('web', 8080, 3000), service('api', 8081, 3000), service('docs', 8082, 4000)]);
    assert.deepEqual(section(config, 'frontend _network-3000'), [
      'frontend _network-3000',
      '  bind :3000',
      to('web'),
      to('api'),
    ]);
    assert.deepEqual(section(config, 'frontend _network-4000'), ['frontend _network-4000', '  bind :4000', to('docs')]);
  });

  it('shares the port with the host’s where both are the same number', () => {
    const config = haproxyConfig([service('web', 3000, 8080), service('api', 4000, 3000)]);
    assert.deepEqual(section(config, 'frontend _host-web'), [
      'frontend _host-web',
      '  bind :3000',
      to('api'),
      '  default_backend web',
    ]);
    assert.ok(!config.includes('frontend _network-3000'));
  });

  it('does not listen twice on 80', () => {
    assert.ok(!haproxyConfig([service('web', 8080, 80)]).includes('_network-80'));
  });
});

describe('routes', () => {
  it('are shell assignments; a service without a release goes nowhere', () => {
    assert.equal(
      routesText({ discounts: 'sluice-staging-discounts-1', 'shop-front': undefined }),
      'ROUTE_DISCOUNTS=sluice-staging-discounts-1\nROUTE_SHOP_FRONT=unrouted.invalid\n',
    );
    assert.equal(routeVariable('a-b'), 'ROUTE_A_B');
  });
});
