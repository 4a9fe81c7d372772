import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { repositoryOf } from '../releases/names';
import type { ActionInput, ActionOutput } from './contract';

/** Makes a tag stand for each release of a candidate. Doing it twice changes nothing. */
export default async function moveChannel(input: ActionInput<'move-channel'>): Promise<ActionOutput<'move-channel'>> {
  const { channel, candidate, registryUrl: url, registryCa: ca, login } = input;
  const registry = new RegistryClient(clientOptions({ url, ca }, login));
  const moved: Record<string, string> = {};
  for (const { service, image, digest } of Object.values(candidate)) {
    await registry.putTag(repositoryOf(image), digest, channel);
    moved[service] = digest;
  }
  return moved;
}
