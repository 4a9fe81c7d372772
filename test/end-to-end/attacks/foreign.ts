import { DroneAdmin } from '../../../clients/drone/drone-admin';
import { gitHostClient } from '../../../clients/git-host';
import { bearer, http } from '../../../clients/http';
import { prefix } from '../isolate';
import { platformOf } from '../shop';
import type { World } from '../world';

/** A repository of the attacker's own, which the platform does not know. */
const foreign = { owner: 'sluice', name: 'foreign' };
export const foreignSlug = `${foreign.owner}/${foreign.name}`;

/** Makes it at the git host and has Drone build its pushes. */
export async function makeForeignRepository(world: World): Promise<void> {
  const { gitHost, drone } = await platformOf(world);
  const client = gitHostClient({ kind: gitHost.kind, container: `${prefix}-git`, url: gitHost.url });
  await client.ensureRepository(
    { username: gitHost.username ?? '', password: gitHost.password ?? '' },
    { ...foreign, description: 'Not of the platform', private: true, defaultBranch: 'main' },
  );
  const admin = new DroneAdmin(drone.url, { token: drone.token ?? '' });
  await admin.synchronize();
  await admin.activate(foreignSlug);
}

/** Has Drone forget it; at the git host it stays as long as that does. */
export async function forgetForeignRepository(world: World): Promise<void> {
  const { drone } = await platformOf(world);
  const authorization = bearer(drone.token ?? '');
  await http(`${drone.url}/api/repos/${foreignSlug}?remove=true`, { method: 'DELETE', also: [404], authorization });
}
