import type { Project } from '../errors/project';

/** A team of four environments, whose repository is at GitLab and whose images are in Harbor. */
export function teamOfFour(): Project &
  Record<'platform' | 'dev' | 'pilot' | 'stage' | 'production', Record<string, unknown>> {
  const at = (port: number) => ({ services: { discounts: { repository: 'discounts', port } } });
  return {
    platform: {
      role: 'platform',
      prefix: 'shop',
      ci: 'gitlab',
      registry: 'external',
      registryHost: '$HARBOR_HOST',
      registryNamespace: 'shop',
      registryUsername: '$HARBOR_USERNAME',
      registryPassword: '$HARBOR_PASSWORD',
      repositories: { discounts: {} },
    },
    dev: at(8081),
    pilot: at(8082),
    stage: at(8083),
    production: {
      ...at(8084),
      promotesFrom: 'stage',
      gate: [{ name: 'health', type: 'http', service: 'discounts', path: '/health' }],
    },
  };
}
