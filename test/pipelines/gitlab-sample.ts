import type { ExternalPipeline } from '../../pipelines/external';

/** What the stack files of that team name. */
export const harborVariables = ['HARBOR_HOST', 'HARBOR_USERNAME', 'HARBOR_PASSWORD'];

/** A team of four environments with GitLab and Harbor. */
export function gitLabSample(changes: Partial<ExternalPipeline> = {}): ExternalPipeline {
  return {
    instance: 'shop',
    stack: 'platform',
    defaultBranch: 'main',
    service: 'discounts',
    registry: { address: '$HARBOR_HOST/shop', endpoint: '' },
    channels: ['dev'],
    environments: ['dev'],
    buildArguments: {},
    image: `$HARBOR_HOST/shop/sluice-deploy@sha256:${'ab12'.repeat(16)}`,
    imageTag: '0123456789ab',
    tag: 'latest',
    reservedTags: ['dev', 'pilot', 'production', 'stage'],
    login: { username: '$HARBOR_USERNAME', password: '$HARBOR_PASSWORD' },
    stateVariables: [],
    runner: ['ubuntu-latest'],
    targets: [
      {
        name: 'dev',
        deployOn: 'push',
        channel: 'dev',
        approval: false,
        onPlatformEngine: false,
        variables: harborVariables,
      },
      {
        name: 'stage',
        deployOn: 'manual',
        channel: 'stage',
        approval: false,
        onPlatformEngine: false,
        variables: harborVariables,
      },
      {
        name: 'production',
        deployOn: 'manual',
        promotesFrom: 'stage',
        approval: true,
        onPlatformEngine: false,
        variables: harborVariables,
      },
    ],
    ...changes,
  };
}
