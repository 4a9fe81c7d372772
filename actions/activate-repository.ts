import { note } from '../base/terminal';
import { DroneAdmin } from '../clients/drone/drone-admin';
import { gitHostClient } from '../clients/git-host';
import type { Login } from '../clients/http';
import { stateLogins, stateSecret } from '../pipelines/description';
import type { ActionInput, ActionOutput } from './contract';

type Input = ActionInput<'activate-repository'>;

/** Makes Drone build a repository's pushes: known, active, hook in place, settings and secrets as declared, no login that is no longer declared. */
export default async function activateRepository(input: Input): Promise<ActionOutput<'activate-repository'>> {
  const { owner, name } = input.repository;
  const slug = `${owner}/${name}`;
  const drone = new DroneAdmin(input.drone.url, { token: input.drone.token });
  const client = gitHostClient(input.git);

  let known = await drone.repository(slug);
  if (known === undefined) {
    await drone.synchronize();
    known = await drone.repository(slug);
  }
  if (known === undefined) throw new Error(`${input.drone.url} does not find ${slug} at the git host`);

  if (!known.active) await drone.activate(slug);
  const hooked = async (): Promise<boolean> =>
    (await client.hooks(input.machine, input.repository)).some((hook) => hook.startsWith(`${input.drone.hookUrl}/`));
  if (!(await hooked())) await drone.repair(slug);
  if (!(await hooked())) throw new Error(`${slug} at ${input.git.url} has no hook to ${input.drone.hookUrl}`);

  await drone.configure(slug, input.settings);
  for (const secret of input.secrets) await drone.setSecret(slug, secret);
  await removeFormerLogins(drone, slug, input.secrets);
  for (const person of input.people) await showTo(person, input);
  return { slug };
}

/**
 * Logins at a state or store that was left for another one would stay in Drone for ever. Only names of ours are looked at: secrets that people
 * have made for themselves are theirs.
 */
async function removeFormerLogins(drone: DroneAdmin, slug: string, secrets: Input['secrets']): Promise<void> {
  const declared = new Set(secrets.map(({ name }) => name));
  const ours = new Set(stateLogins.map(stateSecret));
  for (const name of await drone.secretNames(slug)) {
    if (ours.has(name) && !declared.has(name)) await drone.removeSecret(slug, name);
  }
}

/** Without this a person would find a new repository in Drone only after pressing its SYNC button. */
async function showTo(person: Login, { git, drone }: Input): Promise<void> {
  try {
    const cookies = await gitHostClient(git).signInTo({ loginUrl: `${drone.url}/login` }, person);
    await new DroneAdmin(drone.url, { cookies }).synchronize();
  } catch (error) {
    // A person may have changed their password; their own login shows them the repository then.
    note(`${person.username} sees new repositories in Drone after the next login: ${String(error)}`);
  }
}
