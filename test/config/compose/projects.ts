import type { ComposeRequest } from '../../../config/compose/read';

/** Compose files as real projects write them; what each becomes stands beside it in expected.json. */
export const projects: readonly { file: string; over: Partial<ComposeRequest> }[] = [
  { file: 'wordpress/docker-compose.yml', over: { secrets: { MARIADB_PASSWORD: 's3cret' } } },
  { file: 'rails/docker-compose.yml', over: {} },
  { file: 'django/docker-compose.yml', over: {} },
  { file: 'spring/compose.yaml', over: { profiles: ['tracing'] } },
  { file: 'node/docker-compose.yml', over: {} },
  { file: 'monitoring/docker-compose.yml', over: { secrets: { ADMIN_PASSWORD: 'x' } } },
  { file: 'swarm/stack.yml', over: {} },
  {
    file: 'vault/docker-compose.yml',
    over: { secrets: { db_password: 'p', TLS_KEY: 'k', DSN_PASSWORD: 'd', API_TOKEN: 't' } },
  },
];
