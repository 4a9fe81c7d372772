import { versions } from '../versions';
import { alpine, debianSlim, type OfficialImage } from './image';

/**
 * The distribution registry. What is run is this image with a store that user 1000 can write to
 * (toolchain/images/registry-upstream).
 */
export const registry: OfficialImage = {
  reference: `registry:${versions.registry.upstream}`,
  architectures: ['amd64', 'arm64'],
  user: '0:0',
  entrypoint: ['/entrypoint.sh'],
  command: ['/etc/distribution/config.yml'],
  ports: [5000],
  volumes: { '/var/lib/registry': '0:0' },
  programs: ['registry'],
  variables: ['REGISTRY_*', 'OTEL_*'],
  tools: alpine,
  made: { folder: 'registry-upstream', user: '1000:1000', volumes: { '/var/lib/registry': '1000:1000' } },
  remarks: [
    'its configuration lies in /etc/distribution since 3.0 (in /etc/docker/registry before), logs at level debug and serves figures on 5001',
    'OTEL_TRACES_EXPORTER=none is set since July 2025 only: an image of 3.0.0 from before looks for a collector',
  ],
  sources: [
    { repository: 'distribution/distribution-library-image', at: 'a829ed8', path: 'Dockerfile' },
    { repository: 'distribution/distribution-library-image', at: 'a829ed8', path: 'entrypoint.sh' },
    { repository: 'distribution/distribution-library-image', at: 'a829ed8', path: 'config-example.yml' },
  ],
};

/** HAProxy with Lua. There is no /run/haproxy; its user may write to its home, /var/lib/haproxy. */
export const edge: OfficialImage = {
  reference: `haproxy:${versions.haproxy}-alpine`,
  architectures: ['amd64', 'arm64'],
  user: '99:99',
  entrypoint: ['docker-entrypoint.sh'],
  command: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
  ports: [],
  volumes: {},
  folders: { '/var/lib/haproxy': '99:99' },
  programs: ['haproxy', 'socat'],
  variables: [],
  tools: alpine,
  remarks: [
    'SIGUSR1 ends it gracefully, and is its stop signal',
    'the entry point starts master and worker (-W -db) when the command is haproxy',
  ],
  sources: [
    { repository: 'docker-library/haproxy', at: '5f3b2c8', path: '3.2/alpine/Dockerfile' },
    { repository: 'docker-library/haproxy', at: '5f3b2c8', path: '3.2/alpine/docker-entrypoint.sh' },
  ],
};

/** Node: the base of the tools image and of the sample's images. Runs as root; user node is 1000. */
export const node: OfficialImage = {
  reference: `node:${versions.node}-bookworm-slim`,
  architectures: ['amd64', 'arm64'],
  user: '0:0',
  entrypoint: ['docker-entrypoint.sh'],
  command: ['node'],
  ports: [],
  volumes: {},
  programs: ['node', 'npm'],
  variables: [],
  tools: debianSlim,
  sources: [
    { repository: 'nodejs/docker-node', at: 'bc0a422b', path: '22/bookworm-slim/Dockerfile' },
    { repository: 'nodejs/docker-node', at: 'bc0a422b', path: '22/bookworm-slim/docker-entrypoint.sh' },
  ],
};

/** Only files are taken from it: the docker client and its plugin for builds. */
export const dockerClient: OfficialImage = {
  reference: `docker:${versions.dockerClient}-cli`,
  architectures: ['amd64', 'arm64'],
  user: '0:0',
  entrypoint: ['docker-entrypoint.sh'],
  command: ['sh'],
  ports: [],
  volumes: {},
  programs: ['/usr/local/bin/docker', '/usr/local/libexec/docker/cli-plugins/docker-buildx'],
  variables: [],
  tools: [...alpine, 'git'],
  sources: [{ repository: 'docker-library/docker', at: '8a57d8b', path: '28/cli/Dockerfile' }],
};
