import { PipelineDescription } from '../../pipelines/description';

/** The pipeline of the sample's `discounts` repository on a made-up machine. */
export function sample(changes: Partial<PipelineDescription> = {}): PipelineDescription {
  return {
    instance: 'sluice',
    repository: 'sluice/discounts',
    source: 'http://localhost:3000/sluice/discounts',
    defaultBranch: 'main',
    service: 'discounts',
    registry: { address: 'localhost:5500', endpoint: 'http://sluice-registry:5000' },
    channels: ['staging'],
    environments: ['staging', 'production'],
    toolsImage: 'sluice/tools:abc123',
    engineSocket: '/run/engine.sock',
    home: '/home/ann/.local/state/sluice',
    platform: { os: 'linux', arch: 'arm64' },
    buildArguments: { BASE_IMAGE: 'sluice/node:22' },
    ...changes,
  };
}
