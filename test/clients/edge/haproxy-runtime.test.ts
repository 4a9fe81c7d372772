import assert from 'node:assert/strict';
import {
  closeCommands,
  drainCommands,
  openCommands,
  parseServersState,
  parseTraffic,
  pointCommands,
} from '../../../clients/edge/haproxy-runtime';

describe('commands to a running edge', () => {
  const place = { service: 'discounts', slot: 'b', container: 'c-1', address: '172.18.0.3', port: 8080 } as const;

  it('look for a server by name, then open it and forget what it had counted', () => {
    assert.equal(pointCommands([place]), 'set server discounts/b fqdn c-1\n');
    assert.equal(
      openCommands([place]),
      'clear counters all;set server discounts/b addr 172.18.0.3 port 8080;set server discounts/b state ready\n',
    );
  });

  it('drain servers, and put them away', () => {
    const places = [place, { service: 'frontend', slot: 'a' } as const];
    assert.equal(drainCommands(places), 'set server discounts/b state drain;set server frontend/a state drain\n');
    assert.equal(closeCommands(places), 'set server discounts/b state maint;set server frontend/a state maint\n');
  });
});

describe('parseTraffic', () => {
  const header = '# pxname,svname,scur,econ,eresp,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,ttime,\n';

  it('counts requests that ended, those that failed, and how long they took', () => {
    assert.deepEqual(parseTraffic(`${header}discounts,a,2,1,3,0,10,4,5,6,0,17,\ndiscounts,BACKEND,9,,,,,,,,,,\n`), [
      { service: 'discounts', slot: 'a', open: 2, requests: 29, errors: 10, milliseconds: 17 },
    ]);
  });

  it('takes what a version does not count for nothing', () => {
    assert.deepEqual(parseTraffic('# pxname,svname,scur\ndiscounts,b,0\n'), [
      { service: 'discounts', slot: 'b', open: 0, requests: 0, errors: 0, milliseconds: 0 },
    ]);
    assert.deepEqual(parseTraffic(''), []);
  });
});

describe('parseServersState', () => {
  const header =
    '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord\n';

  it('tells what serves', () => {
    assert.deepEqual(
      parseServersState(`${header}3 discounts 1 a 172.18.0.2 2 0 1 1 6 1 0 2 0 0 0 0 exp-a 8080 - 0 0 - - 0\n\n`),
      [
        {
          service: 'discounts',
          slot: 'a',
          container: 'exp-a',
          address: '172.18.0.2',
          port: 8080,
          ready: true,
          draining: false,
        },
      ],
    );
  });

  it('takes a server whose name was set at runtime for ready', () => {
    const [switched] = parseServersState(`${header}3 a 1 a 172.18.0.2 2 64 1 1 6 1 0 0 0 0 0 0 a 8080 -\n`);
    assert.equal(switched?.ready, true);
  });

  it('takes a server that the configuration had put away, and a switch has opened, for ready', () => {
    const [opened] = parseServersState(`${header}3 a 2 b 172.18.0.2 2 68 1 1 6 1 0 0 0 0 0 0 a 8080 -\n`);
    assert.equal(opened?.ready, true);
  });

  it('tells a server that is drained from one that serves and one that was put away', () => {
    const states = parseServersState(
      `${header}3 a 1 a 172.18.0.2 2 8 1 1 6 1 0 0 0 0 0 0 a 8080 -\n3 a 2 b 172.18.0.3 2 1 1 1 6 1 0 0 0 0 0 0 b 8080 -\n`,
    );
    assert.deepEqual(
      states.map(({ ready, draining }) => ({ ready, draining })),
      [
        { ready: false, draining: true },
        { ready: false, draining: false },
      ],
    );
  });

  it('does not call a server ready that is in maintenance or down', () => {
    const [maintenance, down] = parseServersState(
      `${header}3 a 1 a 127.0.0.1 2 32 1 1 6 1 0 2 0 0 0 0 a 8080 -\n4 b 1 a 172.18.0.2 0 0 1 1 6 1 0 2 0 0 0 0 b 8080 -\n`,
    );
    assert.equal(maintenance?.ready, false);
    assert.equal(down?.ready, false);
  });

  it('takes an empty answer for no servers', () => {
    assert.deepEqual(parseServersState(''), []);
  });
});
