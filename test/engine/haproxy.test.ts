import assert from 'node:assert/strict';
import { haproxyConfig, parseServersState, routeVariable, routesText, switchCommands } from '../../engine/haproxy';

describe('the edge’s configuration', () => {
  const config = haproxyConfig([
    { name: 'discounts', hostPort: 8181, containerPort: 8080 },
    { name: 'shop-front', hostPort: 8180, containerPort: 3000 },
  ]);

  it('has a port and a backend per service, and the whole network behind one port by name', () => {
    for (const line of [
      'frontend _network\n  bind :80\n  use_backend %[req.hdr(host),field(1,:),lower]',
      'frontend _host-discounts\n  bind :8181\n  default_backend discounts',
      'backend discounts\n  server live "${ROUTE_DISCOUNTS}:8080" resolvers _engine init-addr last,libc,127.0.0.1',
      'frontend _host-shop-front\n  bind :8180\n  default_backend shop-front',
      'backend shop-front\n  server live "${ROUTE_SHOP_FRONT}:3000" resolvers _engine init-addr last,libc,127.0.0.1',
    ]) {
      assert.ok(config.includes(line), `${line}\nis not in\n${config}`);
    }
  });

  it('answers the runtime API inside its container only', () => {
    assert.match(config, /stats socket ipv4@127\.0\.0\.1:9999 level admin/);
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

  it('are switched by name and address in one line', () => {
    assert.equal(
      switchCommands([{ service: 'discounts', container: 'c-1', address: '172.18.0.3', port: 8080 }]),
      'set server discounts/live fqdn c-1;set server discounts/live addr 172.18.0.3 port 8080;set server discounts/live state ready\n',
    );
  });
});

describe('parseServersState', () => {
  const header =
    '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord\n';

  it('tells what serves', () => {
    assert.deepEqual(
      parseServersState(`${header}3 discounts 1 live 172.18.0.2 2 0 1 1 6 1 0 2 0 0 0 0 exp-a 8080 - 0 0 - - 0\n\n`),
      [{ service: 'discounts', address: '172.18.0.2', port: 8080, ready: true }],
    );
  });

  it('takes a server whose name was set at runtime for ready', () => {
    const [switched] = parseServersState(`${header}3 a 1 live 172.18.0.2 2 64 1 1 6 1 0 0 0 0 0 0 a 8080 -\n`);
    assert.equal(switched?.ready, true);
  });

  it('does not call a server ready that is in maintenance or down', () => {
    const [maintenance, down] = parseServersState(
      `${header}3 a 1 live 127.0.0.1 2 32 1 1 6 1 0 2 0 0 0 0 a 8080 -\n4 b 1 live 172.18.0.2 0 0 1 1 6 1 0 2 0 0 0 0 b 8080 -\n`,
    );
    assert.equal(maintenance?.ready, false);
    assert.equal(down?.ready, false);
  });

  it('takes an empty answer for no servers', () => {
    assert.deepEqual(parseServersState(''), []);
  });
});
