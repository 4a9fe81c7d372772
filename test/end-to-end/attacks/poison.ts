import { stringify } from 'yaml';
import { inspectContainer } from '../../../engine/docker';
import { prefix } from '../isolate';

/** What the poisoned pipeline's steps print when they run. */
export const marks = { step: 'this-step-is-not-yours', dockerfile: 'the-dockerfile-is-mine' } as const;

/**
 * A pipeline of the attacker's own, as a commit brings it: a step of his, the engine's socket, a secret of the
 * repository in a spelling that Drone does not hide.
 */
export async function poisonedPipeline(): Promise<string> {
  const image = (await inspectContainer(`${prefix}-ledger`))?.Image ?? '';
  const step = (name: string, command: string, more: object = {}) => ({
    name,
    image,
    pull: 'never',
    commands: [command],
    ...more,
  });
  return stringify({
    kind: 'pipeline',
    type: 'docker',
    name: 'poisoned',
    steps: [
      step('mine', `echo ${marks.step}`),
      step('secret', 'printf %s "$STOLEN" | base64 -w0', {
        environment: { STOLEN: { from_secret: 'registry_password' } },
      }),
      step('socket', 'docker ps --format "{{.Names}}"', {
        volumes: [{ name: 'engine', path: '/var/run/docker.sock' }],
      }),
    ],
    volumes: [{ name: 'engine', host: { path: '/var/run/docker.sock' } }],
  });
}

/** A Dockerfile that looks for whatever the build's containers might hold, and shows it where Drone hides nothing. */
export const poisonedDockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE} AS test
RUN echo ${marks.dockerfile}; ls -la /var/run/docker.sock /sluice /drone 2>&1; \\
    (env; cat /proc/*/environ; cat /root/.netrc /run/secrets/*) 2>/dev/null | base64 -w0
FROM test
`;
