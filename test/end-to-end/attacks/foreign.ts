import { DroneAdmin } from '../../../actions/lib/drone-admin';
import { basic, bearer, http } from '../../../actions/lib/http';
import { platformOf } from '../shop';
import type { World } from '../world';

/** A repository of the attacker's own, which the platform does not know. */
const foreign = { owner: 'sluice', name: 'foreign' };
export const foreignSlug = `${foreign.owner}/${foreign.name}`;

/** Makes it at the git host and has Drone build its pushes. */
export async function makeForeignRepository(world: World): Promise<void> {
  const { gitHost, drone } = await platformOf(world);
  const authorization = basic({ username: gitHost.username ?? '', password: gitHost.password ?? '' });
  const json = { name: foreign.name, private: true };
  await http(`${gitHost.url}/api/v1/org/${foreign.owner}/repos`, { method: 'POST', authorization, json });
  const admin = new DroneAdmin(drone.url, { token: drone.token ?? '' });
  await admin.synchronize();
  await admin.activate(foreignSlug);
}

export async function removeForeignRepository(world: World): Promise<void> {
  const { gitHost, drone } = await platformOf(world);
  const gone = { method: 'DELETE', also: [404] };
  await http(`${drone.url}/api/repos/${foreignSlug}?remove=true`, {
    ...gone,
    authorization: bearer(drone.token ?? ''),
  });
  const authorization = basic({ username: gitHost.username ?? '', password: gitHost.password ?? '' });
  await http(`${gitHost.url}/api/v1/repos/${foreignSlug}`, { ...gone, authorization });
}
