import type { GitLabDescription } from '../../pipelines/gitlab';

/** A team of four environments with GitLab and Harbor. */
export function gitLabSample(changes: Partial<GitLabDescription> = {}): GitLabDescription {
  return {
    instance: 'shop',
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
    targets: [
      { name: 'dev', deployOn: 'push', channel: 'dev', approval: false },
      { name: 'stage', deployOn: 'manual', channel: 'stage', approval: false },
      { name: 'production', deployOn: 'manual', promotesFrom: 'stage', approval: true },
    ],
    ...changes,
  };
}
