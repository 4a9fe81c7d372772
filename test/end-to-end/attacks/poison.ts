import { stringify } from 'yaml';
import { inspectContainer } from '../../../engine/docker';
import { prefix } from '../isolate';

const socket = '/var/run/docker.sock';

/** What the poisoned pipeline's steps print when they run. */
export const marks = { step: 'this-step-is-not-yours', dockerfile: 'the-dockerfile-is-mine' } as const;

/**
 * A pipeline of the attacker's own, as a commit brings it: a step of his, a secret of the repository in a spelling that
 * Drone does not hide, the engine's socket.
 * @param o.trusted the repository is one whose steps Drone lets mount what is the host's: no other's pipeline that asks for it runs
 */
export async function poisonedPipeline(o: { trusted: boolean }): Promise<string> {
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
      ...(o.trusted
        ? [step('socket', 'docker ps --format "{{.Names}}"', { volumes: [{ name: 'engine', path: socket }] })]
        : []),
    ],
    ...(o.trusted ? { volumes: [{ name: 'engine', host: { path: socket } }] } : {}),
  });
}

/**
 * A Dockerfile that looks for whatever the build's containers might hold, and shows it where Drone hides nothing. Another one
 * each time: what the builder has in its cache prints nothing.
 */
export const poisonedDockerfile = (): string => `ARG BASE_IMAGE
FROM \${BASE_IMAGE} AS test
RUN echo ${marks.dockerfile} ${Date.now()}; ls -la /var/run/docker.sock /sluice /drone 2>&1; \\
    (env; cat /proc/*/environ; cat /root/.netrc /run/secrets/*) 2>/dev/null | base64 -w0
FROM test
`;
