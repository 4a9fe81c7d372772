import { gitHostClient } from '../clients/git-host';
import type { ActionInput, ActionOutput } from './contract';

/** Makes an organization and a repository in it exist. What people changed of it is left alone. */
export default async function createRepository(
  input: ActionInput<'create-repository'>,
): Promise<ActionOutput<'create-repository'>> {
  const client = gitHostClient(input.git);
  const [admin] = input.owners;
  if (admin === undefined) throw new Error('a repository needs an owner');
  await client.ensureOrganization(input.repository.owner, input.owners);
  const { cloneUrl, webUrl } = await client.ensureRepository(admin, input.repository);
  return { cloneUrl, webUrl };
}
