/**
 * The version of the Docker API that Drone's runner 1.8.3 speaks, unless DOCKER_API_VERSION tells it another; it does not ask the
 * engine. Docker 29 understands none before 1.44 (drone-runners/drone-runner-docker#78).
 */
export const runnerApi = '1.40';
