import { docker, type OnEngine } from '../../clients/docker/docker';
import { dataVolume } from '../../releases/names';
import { isEnvironment, type StackFile } from '../../config/stack';
import { prefixOf } from '../../config/stacks';

/** Names of the volumes in which services of these environments keep their data. @param stacks all of the project */
export function dataVolumes(chosen: readonly StackFile[], stacks: readonly StackFile[]): string[] {
  const names = chosen.filter(isEnvironment).flatMap((file) => {
    const instance = prefixOf(stacks, file);
    const volumes = Object.values(file.config.services).flatMap((service) => Object.values(service.volumes));
    return volumes.map((volume) => dataVolume(instance, file.name, volume));
  });
  return [...new Set(names)].sort();
}

/** Those of some volumes that an engine has. */
export async function volumesThere(names: readonly string[], on: OnEngine = {}): Promise<string[]> {
  if (names.length === 0) return [];
  const { stdout } = await docker(['volume', 'ls', '--quiet'], on);
  const there = new Set(stdout.split('\n'));
  return names.filter((name) => there.has(name));
}
