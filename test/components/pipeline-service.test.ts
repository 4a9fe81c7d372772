import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { PipelineService } from '../../components/pipeline-service';
import { healthCheck } from '../../components/health';
import { sample, toolsImage } from '../pipelines/sample';
import { container, record } from './mocks';
import { held, readOnlyRoot } from './platform-args';

/** The plain form of a recorded input that is marked secret. */
function revealed(input: unknown): unknown {
  const secret = input as { value?: unknown } | undefined;
  return typeof secret === 'object' && 'value' in secret ? secret.value : input;
}

describe('PipelineService', () => {
  const args = {
    instance: 'sluice',
    stack: 'platform',
    network: 'sluice-platform',
    image: 'sluice/tools:abc123',
    stepsImage: toolsImage,
    platform: { os: 'linux', arch: 'arm64' },
    secret: 'shared word',
    pipelines: [sample(), pulumi.output(sample({ repository: 'sluice/frontend' }))],
  } as const;

  it('is a container that publishes nothing, writes nothing and has no rights', async () => {
    const recorder = await record({ stack: 'platform' });
    const service = new PipelineService('pipelines', { ...args, pipelines: [...args.pipelines] });
    assert.equal(service.endpoint, 'http://sluice-pipelines:8080/');
    await pulumi.runtime.disconnect();
    const { envs, ...inputs } = recorder.inputs(container, 'pipelines');
    assert.deepEqual(inputs, {
      name: 'sluice-pipelines',
      image: 'sluice/tools:abc123',
      entrypoints: ['node', '/sluice/program/pipelines/serve.cjs'],
      user: '65534:65534',
      ...readOnlyRoot,
      init: true,
      labels: [
        { label: 'sluice.instance', value: 'sluice' },
        { label: 'sluice.stack', value: 'platform' },
        { label: 'sluice.role', value: 'pipelines' },
      ],
      networksAdvanced: [{ name: 'sluice-platform' }],
      ...held(192),
      healthcheck: healthCheck(
        "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '^ok' <&3",
        { shell: 'bash' },
      ),
      waitTimeout: 60,
      destroyGraceSeconds: 10,
    });
    assert.deepEqual(revealed(envs), [
      `SLUICE_PIPELINES=${JSON.stringify([sample(), sample({ repository: 'sluice/frontend' })])}`,
      'SLUICE_PIPELINES_SECRET=shared word',
      `SLUICE_TOOLS_IMAGE=${toolsImage}`,
      'SLUICE_ARCH=arm64',
    ]);
  });

  it('hands its secret to the engine as a secret', async () => {
    const recorder = await record({ stack: 'platform' });
    new PipelineService('pipelines', { ...args, pipelines: [] });
    await pulumi.runtime.disconnect();
    const { envs } = recorder.inputs(container, 'pipelines');
    // A list is one value: with one secret entry the whole of it is marked.
    assert.ok(JSON.stringify(envs).includes(pulumi.runtime.specialSecretSig), JSON.stringify(envs));
  });
});
