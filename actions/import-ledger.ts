import { foundImages } from '../base/found-images';
import { docker, inspectContainer } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { importLedger } from '../targets/import-ledger';
import { ledgerOf } from '../targets/place';
import type { ActionInput, ActionOutput } from './contract';

/**
 * Takes over what a version before this one has kept in a container of the platform, or in its volume when that is all that is left; nothing
 * where there is neither.
 */
export default async function importFormerLedger({
  container,
  ledger,
}: ActionInput<'import-ledger'>): Promise<ActionOutput<'import-ledger'>> {
  const take = (from: string): Promise<string[]> =>
    importLedger(from, (environment) => ({
      ...ledgerOf(ledger, environment, undefined),
      // The platform does not know the machines that its environments have moved to; their own next update takes it there.
      ...(ledger.onMachines === true ? { inHome: true } : {}),
    }));
  if ((await inspectContainer(container)) !== undefined) return { environments: await take(container) };
  // Of the same name. This update removes it, since nothing declares it any more.
  const { stdout } = await docker(['volume', 'ls', '--quiet']);
  if (!stdout.split('\n').includes(container)) return { environments: [] };
  return { environments: await withStandIn(container, take) };
}

/** Does something with a container that has the ledger's volume where the former one had it. */
async function withStandIn<T>(volume: string, work: (container: string) => Promise<T>): Promise<T> {
  const instance = volume.replace(/-ledger$/, '');
  const name = `${volume}-stand-in`;
  // By its id: a name may stand for another image by now.
  const image = (await inspectContainer(`${instance}-pipelines`))?.Image ?? foundImages()['tools'] ?? '';
  const remove = () => docker(['rm', '--force', name], { allowFailure: true });
  await remove();
  try {
    await docker([
      ...['run', '--detach', '--name', name, '--label', `${labels.instance}=${instance}`, '--network', 'none'],
      ...['--user', '65534:65534', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--init'],
      ...['--volume', `${volume}:/ledger`, '--entrypoint', 'sleep', image, 'infinity'],
    ]);
    return await work(name);
  } finally {
    await remove();
  }
}
