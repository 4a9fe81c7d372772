import { gitHostClient, type Account, type GitHostAddress, type WantedRepository } from '../clients/git-host';

/** A repository and whose it is. */
export interface CreateRepositoryInput {
  git: GitHostAddress;
  /** Accounts that own the repository's organization, an administrator first. */
  owners: Account[];
  repository: WantedRepository;
}

/** Where a repository is found. */
export interface CreateRepositoryOutput {
  cloneUrl: string;
  webUrl: string;
}

/** Makes an organization and a repository in it exist. What people changed of it is left alone. */
export default async function createRepository(input: CreateRepositoryInput): Promise<CreateRepositoryOutput> {
  const client = gitHostClient(input.git);
  const [admin] = input.owners;
  if (admin === undefined) throw new Error('a repository needs an owner');
  await client.ensureOrganization(input.repository.owner, input.owners);
  const { cloneUrl, webUrl } = await client.ensureRepository(admin, input.repository);
  return { cloneUrl, webUrl };
}
