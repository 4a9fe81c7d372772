import * as assert from 'node:assert/strict';
import { asCompose, type Inspected } from '../../bench/compose-service';
import { fixedProxyConfig } from '../../bench/fixed-proxy';
import { behaviours } from '../../bench/releases';
import { inRounds } from '../../bench/rows/deployments';
import { parseExports } from '../../bench/setting';
import { exportLine } from '../../cli/env';

describe('the bench’s parts', () => {
  it('a third of the releases is bad, of each kind as many as of the others', () => {
    const all = behaviours(30);
    const count = (kind: string): number => all.filter((each) => each === kind).length;
    assert.equal(count('good'), 20);
    assert.deepEqual([count('exits'), count('unhealthy'), count('fails watched')], [4, 3, 3]);
    assert.equal(all[0], 'good');
    assert.equal(all.at(-1), 'good');
  });

  it('rounds are as even as can be and hold all, in order', () => {
    const numbers = Array.from({ length: 7 }, (_, index) => index);
    assert.deepEqual(inRounds(numbers, 5), [
      [0, 1, 2, 3],
      [4, 5, 6],
    ]);
    assert.deepEqual(inRounds(numbers, 10), [numbers]);
  });

  it('reads what ./sluice env prints, quotes included', () => {
    const env = { PATH: '/usr/bin:/bin', ODD: "it's" };
    const text = Object.entries(env)
      .map(([name, value]) => exportLine(name, value))
      .join('\n');
    assert.deepEqual(parseExports(`${text}\n`), env);
  });

  it('a container becomes the same one for docker-compose', () => {
    const container: Inspected = {
      Config: {
        Image: 'discounts@sha256:0',
        Env: ['A=1'],
        StopSignal: 'SIGTERM',
        Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 3e10, StartPeriod: 1e10, Retries: 3 },
      },
      HostConfig: {
        Memory: 1024,
        CpuShares: 2048,
        PidsLimit: 100,
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Tmpfs: { '/tmp': 'rw,size=64m' },
        Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
        RestartPolicy: { Name: 'unless-stopped' },
      },
    };
    assert.deepEqual(asCompose(container), {
      image: 'discounts@sha256:0',
      environment: ['A=1'],
      stop_signal: 'SIGTERM',
      healthcheck: { test: ['CMD', 'true'], interval: '1s', timeout: '30s', start_period: '10s', retries: 3 },
      mem_limit: 1024,
      memswap_limit: 1024,
      cpu_shares: 2048,
      pids_limit: 100,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: ['/tmp:rw,size=64m'],
      ulimits: { core: { soft: 0, hard: 0 } },
      restart: 'unless-stopped',
    });
  });

  it('the proxy by hand has a port and a server for each service, and its name on port 80', () => {
    const config = fixedProxyConfig([{ name: 'shop', port: 8081, server: 'shop-app:8080' }]);
    assert.match(config, /frontend port-8081\n {2}bind :8081\n {2}default_backend shop\n/);
    assert.match(config, /backend shop\n {2}server shop shop-app:8080 resolvers docker/);
    assert.match(config, /bind :80\n {2}use_backend %\[req\.hdr\(host\),field\(1,:\),lower\]/);
  });
});
