import { PipelineDescription } from '../../pipelines/description';

/** Id of the image that steps run in. */
export const toolsImage = `sha256:${'ab12'.repeat(16)}`;

/** The pipeline of the sample's `discounts` repository on a made-up machine. */
export function sample(changes: Partial<PipelineDescription> = {}): PipelineDescription {
  return {
    instance: 'sluice',
    stack: 'platform',
    repository: 'sluice/discounts',
    cloneUrl: 'http://sluice-gateway:3000/sluice/discounts.git',
    source: 'http://localhost:3000/sluice/discounts',
    defaultBranch: 'main',
    service: 'discounts',
    registry: { address: 'localhost:5500', endpoint: 'http://sluice-gateway:5000' },
    channels: ['staging'],
    environments: ['staging', 'production'],
    approvals: [],
    toolsImage,
    builder: 'tcp://sluice-gateway:2375',
    engineSocket: '/run/engine.sock',
    home: '/home/ann/.local/state/sluice',
    platform: { os: 'linux', arch: 'arm64' },
    buildArguments: { BASE_IMAGE: 'sluice/node:22' },
    ...changes,
  };
}

/** What a step is told by its command, of one variable. */
export function valueIn({ command }: { command: readonly string[] }, name: string): string | undefined {
  const told = command.slice(0, command.indexOf('--')).find((word) => word.startsWith(`${name}=`));
  return told?.slice(name.length + 1);
}
