import { docker, inspectContainer } from '../../../clients/docker/docker';
import { prefix } from '../isolate';
import { buildOf, Checkout, platformOf } from '../shop';
import type { World } from '../world';

/** The secret with which the git host signs its hooks, read where Drone keeps it: nobody but the platform can. */
export async function hookSecret(slug: string): Promise<string> {
  const image = (await inspectContainer(`${prefix}-pipelines`))?.Image ?? '';
  const program = `const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync('/data/database.sqlite', { readOnly: true });
    console.log(database.prepare('SELECT repo_signer AS secret FROM repos WHERE repo_slug = ?').get(process.argv[1]).secret);`;
  const volume = `${prefix}-drone:/data:ro`;
  const args = ['run', '--rm', '--network', 'none', '--user', '1000:1000', '--volume', volume, image];
  return (await docker([...args, 'node', '--no-warnings', '-e', program, slug])).stdout.trim();
}

/** What the git host would tell of a push of the branch's newest commit. */
export async function forgedPush(world: World, slug: string): Promise<string> {
  const { gitHost, repositories } = await platformOf(world);
  const checkout = await Checkout.of(world);
  const commit = await checkout.pushEmpty('forged');
  await buildOf(world, commit);
  const [owner = '', name = ''] = slug.split('/');
  const user = { id: 1, login: 'nobody', username: 'nobody', full_name: '', email: 'nobody@localhost' };
  const page = `${gitHost.url}/${slug}`;
  return JSON.stringify({
    ref: 'refs/heads/forged',
    before: commit,
    after: commit,
    compare_url: page,
    commits: [{ id: commit, message: 'forged', url: page, author: user, committer: user, timestamp: new Date() }],
    repository: {
      ...{ id: 1, name, full_name: slug, private: true, default_branch: 'main', html_url: page },
      ...{ clone_url: repositories['discounts']?.cloneUrl, owner: { ...user, login: owner, username: owner } },
    },
    pusher: user,
    sender: user,
  });
}
