import assert from 'node:assert/strict';
import type { ActionInput } from '../../actions/contract';
import { healthCheck } from '../../components/health';
import { edgeCommand } from '../../clients/edge/configure';
import { haproxyConfig } from '../../clients/edge/haproxy';
import { declare, discounts, edged, hardening, label } from './environment-declared';
import { command, container } from './mocks';
import { readOnlyRoot, stdinOf } from './platform-args';
import { access } from '../targets/store-home';

describe('the edges of an environment', () => {
  it('puts an edge in front of a service, on the bound port and under the service name inside, with a volume of its own', async () => {
    const { recorder } = await declare();
    assert.deepEqual(recorder.inputs('docker:index/volume:Volume', 'edge-discounts'), {
      name: 'sluice-staging-edge-discounts',
      labels: label('edge'),
    });
    assert.deepEqual(recorder.inputs(container, 'edge-discounts'), {
      name: 'sluice-staging-edge-discounts',
      image: 'haproxy:3.2.1-alpine',
      command: edgeCommand,
      volumes: [{ volumeName: 'sluice-staging-edge-discounts', containerPath: '/var/lib/haproxy' }],
      labels: [...label('edge'), { label: 'sluice.service', value: 'discounts' }],
      networksAdvanced: [{ name: 'sluice-staging', aliases: ['discounts'] }],
      ports: [{ internal: 80, external: 8181, ip: '127.0.0.1' }],
      memory: 256,
      memorySwap: 256,
      ...hardening,
      ...readOnlyRoot,
      healthcheck: healthCheck("echo 'show info' | nc -w 4 127.0.0.1 9999 | grep -q '^Version'"),
      dnsOpts: ['timeout:1', 'attempts:1'],
      wait: false,
      stopSignal: 'SIGUSR1',
      destroyGraceSeconds: 2,
      mustRun: true,
    });
  });

  it('has what edges begin with laid down before their containers, and tells them of another configuration after it', async () => {
    const { recorder } = await declare();
    const of = {
      instance: 'sluice',
      environment: 'staging',
      network: 'sluice-staging',
      edge: 'sluice-staging-edge',
      ledger: access,
    };
    const config = haproxyConfig(edged);
    const stdin = (name: string): unknown => stdinOf(recorder.inputs(command, name));
    assert.deepEqual(stdin('prepare-edges'), {
      ...of,
      image: 'haproxy:3.2.1-alpine',
      services: [{ service: 'discounts', volume: 'sluice-staging-edge-discounts', port: 8181, config }],
    });
    assert.deepEqual(stdin('configure-edges'), {
      ...of,
      services: [{ service: 'discounts', containerId: 'edge-discounts-id', config }],
    });
    const made = recorder.resources.map((resource) => `${resource.type} ${resource.name}`);
    const at = (resource: string): number => made.indexOf(resource);
    assert.ok(at(`${command} prepare-edges`) < at(`${container} edge-discounts`));
    assert.ok(at(`${container} edge-discounts`) < at(`${command} configure-edges`));
  });

  it('gives answers and silent connections the time that a service says, and an hour where it says none', async () => {
    const { recorder } = await declare([{ ...discounts(), requestSeconds: 90, idleSeconds: 7200 }]);
    const { services } = stdinOf(
      recorder.inputs(command, 'configure-edges'),
    ) as unknown as ActionInput<'configure-edges'>;
    const own = { ...edged, requestSeconds: 90, idleSeconds: 7200 };
    assert.deepEqual(
      services.map(({ config }) => config),
      [haproxyConfig(own)],
    );
  });
});
