import { versions } from '../versions';
import { alpine, type OfficialImage } from './image';

/**
 * `gogs/gogs:<version>` is built from `Dockerfile`: root starts s6, which runs Gogs as git, an SSH server and syslogd, and
 * its start script gives /data to git. `gogs/gogs:next-<version>` is `Dockerfile.next`: git from the start, no s6. The
 * program, its paths and the user's number are the same in both.
 */
export const gogs: OfficialImage = {
  reference: `gogs/gogs:${versions.gogs}`,
  architectures: ['amd64', 'arm64'],
  user: '0:0',
  entrypoint: ['/app/gogs/docker/start.sh'],
  command: ['/usr/bin/s6-svscan', '/app/gogs/docker/s6/'],
  ports: [22, 3000],
  volumes: { '/data': '0:0', '/backup': '0:0' },
  programs: ['/app/gogs/gogs', 's6-svscan', 'gosu', 'sshd'],
  variables: ['USER', 'HOME', 'GOGS_CUSTOM'],
  tools: [...alpine, 'bash', 'curl', 'git'],
  remarks: [
    'git is user 1000; its group gets a number of its own (below 1000), and becomes 1000 only by the start script (PUID, PGID)',
    'its configuration is /data/gogs/conf/app.ini unless --config names another',
    'the program refuses to start when USER is not RUN_USER of its configuration',
    'it stores access tokens hashed, has no API for commit statuses, and its hooks for pull requests carry no commit',
  ],
  sources: [
    { repository: 'gogs/gogs', at: 'v0.14.3', path: 'Dockerfile' },
    { repository: 'gogs/gogs', at: 'v0.14.3', path: 'Dockerfile.next' },
    { repository: 'gogs/gogs', at: 'v0.14.3', path: 'docker/start.sh' },
    { repository: 'gogs/gogs', at: 'v0.14.3', path: 'docker/build/finalize.sh' },
    { repository: 'gogs/gogs', at: 'v0.14.3', path: '.github/workflows/docker.yml' },
  ],
};

/** The rootless one: Gitea as user 1000; its entry point writes app.ini from GITEA__ variables at every start. */
export const gitea: OfficialImage = {
  reference: `gitea/gitea:${versions.gitea}-rootless`,
  architectures: ['amd64', 'arm64'],
  user: '1000:1000',
  entrypoint: ['/usr/bin/dumb-init', '--', '/usr/local/bin/docker-entrypoint.sh'],
  command: [],
  ports: [2222, 3000],
  volumes: { '/var/lib/gitea': '1000:1000', '/etc/gitea': '1000:1000' },
  programs: ['gitea', 'environment-to-ini'],
  variables: ['GITEA__*'],
  tools: [...alpine, 'bash', 'curl', 'git'],
  remarks: ['the configuration is /etc/gitea/app.ini (GITEA_APP_INI); GITEA__section__KEY__FILE names a file'],
  sources: [
    { repository: 'go-gitea/gitea', at: 'v1.26.2', path: 'Dockerfile.rootless' },
    { repository: 'go-gitea/gitea', at: 'v1.26.2', path: 'docker/rootless/usr/local/bin/docker-entrypoint.sh' },
    { repository: 'go-gitea/gitea', at: 'v1.26.2', path: 'docker/rootless/usr/local/bin/docker-setup.sh' },
  ],
};
