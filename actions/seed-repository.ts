import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { belowProject } from '../base/paths';
import { git } from '../clients/git-host/git';
import { gitHostClient } from '../clients/git-host';
import type { ActionInput, ActionOutput } from './contract';

type Input = ActionInput<'seed-repository'>;

/** Never part of a seed, whatever ignore file is missing. */
const leftOut = new Set(['.git', 'node_modules', 'coverage']);

/** Pushes a folder as the first commit of a repository, unless it has one. */
export default async function seedRepository(input: Input): Promise<ActionOutput<'seed-repository'>> {
  const remote = await gitHostClient(input.git).ensureRepository(input.login, input.repository);
  if (!remote.empty) return { commit: null };
  const temporary = await mkdtemp(path.join(tmpdir(), 'sluice-seed-'));
  try {
    const work = path.join(temporary, 'work');
    await cp(belowProject(input.folder), work, {
      recursive: true,
      filter: (source) => !leftOut.has(path.basename(source)),
    });
    for (const [name, content] of Object.entries(input.files)) await writeFile(path.join(work, name), content);
    const run = (args: string[]): Promise<string> => git(args, { folder: work, home: temporary, login: input.login });
    const branch = input.repository.defaultBranch;
    await run(['init', '--quiet', `--initial-branch=${branch}`]);
    await run(['add', '--all']);
    await run(['commit', '--quiet', '--message', input.message]);
    const commit = (await run(['rev-parse', 'HEAD'])).trim();
    await run(['push', '--quiet', remoteUrl(input, remote.cloneUrl), `HEAD:refs/heads/${branch}`]);
    return { commit };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The repository at the address that this program uses, which need not be the one that people are told. */
function remoteUrl({ git: at, repository }: Input, cloneUrl: string): string {
  const { pathname } = new URL(cloneUrl);
  return pathname.endsWith('.git') ? `${at.url}${pathname}` : `${at.url}/${repository.owner}/${repository.name}.git`;
}
