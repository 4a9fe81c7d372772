import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { repositoryOf } from '../releases/names';
import type { Candidate } from '../releases/types';

interface Input {
  channel: string;
  candidate: Candidate;
  registryUrl: string;
  registryCa?: string;
  login: { username: string; password: string };
}

/** Makes a tag stand for each release of a candidate. Doing it twice changes nothing. */
export default async function moveChannel(raw: unknown): Promise<Record<string, string>> {
  const { channel, candidate, registryUrl: url, registryCa: ca, login } = raw as Input;
  const registry = new RegistryClient(clientOptions({ url, ca }, login));
  const moved: Record<string, string> = {};
  for (const { service, image, digest } of Object.values(candidate)) {
    await registry.putTag(repositoryOf(image), digest, channel);
    moved[service] = digest;
  }
  return moved;
}
