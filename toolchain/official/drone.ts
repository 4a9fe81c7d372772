import { versions } from '../versions';
import { alpine, type OfficialImage } from './image';

/** Drone's server. */
export const drone: OfficialImage = {
  reference: `drone/drone:${versions.drone.upstream}`,
  architectures: ['amd64', 'arm64'],
  user: '0:0',
  entrypoint: ['/bin/drone-server'],
  command: [],
  ports: [80, 443],
  volumes: { '/data': '0:0' },
  programs: [],
  variables: ['DRONE_*'],
  tools: alpine,
  remarks: [
    'sends figures about itself to stats.drone.ci unless DRONE_DATADOG_ENABLED is false',
    'its repository has Dockerfiles up to v2.25.0; 2.26.0 is published from the same ones',
  ],
  sources: [
    { repository: 'harness/drone', at: 'v2.25.0', path: 'docker/Dockerfile.server.linux.amd64' },
    { repository: 'harness/drone', at: 'v2.25.0', path: 'docker/Dockerfile.server.linux.arm64' },
    { repository: 'harness/drone', at: 'v2.25.0', path: 'cmd/drone-server/config/config.go' },
  ],
};

/**
 * Drone's runner for the Docker engine. The one for arm64 is made FROM scratch: no shell in it, so that no health check can be
 * asked there. What is run is therefore its program on Alpine (toolchain/images/runner-upstream), on both architectures.
 */
export const runner: OfficialImage = {
  reference: `drone/drone-runner-docker:${versions.runner}`,
  architectures: ['amd64', 'arm64'],
  user: '0:0',
  entrypoint: ['/bin/drone-runner-docker'],
  command: [],
  ports: [3000],
  volumes: {},
  programs: [],
  variables: ['DRONE_*', 'DOCKER_API_VERSION'],
  tools: [],
  made: { folder: 'runner-upstream', tools: alpine },
  remarks: [
    'amd64 is FROM alpine:3, arm64 FROM scratch; tools are those of both, so none',
    'speaks Docker API 1.40 without asking',
  ],
  sources: [
    { repository: 'drone-runners/drone-runner-docker', at: 'v1.8.3', path: 'docker/Dockerfile.linux.amd64' },
    { repository: 'drone-runners/drone-runner-docker', at: 'v1.8.3', path: 'docker/Dockerfile.linux.arm64' },
    { repository: 'drone-runners/drone-runner-docker', at: 'v1.8.3', path: 'command/daemon/config.go' },
    { repository: 'drone-runners/drone-runner-docker', at: 'v1.8.3', path: 'go.mod' },
  ],
};
