import { docker } from '../clients/docker/docker';
import { DroneAdmin, droneToken } from '../clients/drone/drone-admin';
import { gitHostClient } from '../clients/git-host';
import type { ActionInput, ActionOutput } from './contract';

/**
 * Signs the machine account in to Drone, as a person with a browser would, and fetches its API token. Only such a
 * login gives Drone the tokens with which it reads repositories and renews its access.
 */
export default async function connectDrone(
  input: ActionInput<'connect-drone'>,
): Promise<ActionOutput<'connect-drone'>> {
  const cookies = await gitHostClient(input.git).signInTo({ loginUrl: `${input.url}/login` }, input.machine);
  await new DroneAdmin(input.url, { cookies }).untilSynchronized();
  let token = await droneToken(input.url, cookies);
  // Drone writes the first token of an account that it makes by itself into its log.
  if (await hasLogged(input.container, token)) token = await droneToken(input.url, cookies, { renew: true });
  const drone = new DroneAdmin(input.url, { token });
  const { login, admin } = await drone.user();
  if (!admin) throw new Error(`${login} is no administrator of ${input.url}; DRONE_USER_CREATE should make it one`);
  for (const administrator of input.administrators) await drone.ensureUser(administrator, true);
  return { token };
}

async function hasLogged(container: string, text: string): Promise<boolean> {
  const { stdout, stderr } = await docker(['logs', container]);
  return stdout.includes(text) || stderr.includes(text);
}
