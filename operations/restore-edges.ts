import { restoreFiles } from '../actions/lib/tell-edges';
import { containerAt, listContainers } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { edgeOf } from '../clients/edge/edge';
import { haproxyConfig } from '../clients/edge/haproxy';
import { edgedServices } from '../components/edged-services';
import { isEnvironment } from '../config/stack';
import { prefixOf, readStacks } from '../config/stacks';
import { visibleLine } from '../base/visible';
import { kindOf } from '../targets/kinds';
import { ledgerPlace } from './ledger-place';
import { homeNow } from './machine-place';
import type { Note } from './note';

/**
 * Gives edges that run what their volumes have lost, as the ledger tells of it: no state shows that it is missing, and no gate has to be asked
 * for what serves already.
 * @param name of a stack
 */
export async function restoreEdges(name: string, note: Note): Promise<void> {
  const stacks = readStacks();
  const file = stacks.find((each) => each.name === name);
  if (file === undefined || !isEnvironment(file) || !kindOf(file.config.target).declares) return;
  const instance = prefixOf(stacks, file);
  const { on } = await homeNow(file, stacks);
  const running = await listContainers(
    [`${labels.instance}=${instance}`, `${labels.stack}=${name}`, `${labels.role}=edge`],
    on,
  );
  const edge = `${instance}-${name}-edge`;
  const services = edgedServices(
    Object.entries(file.config.services).map(([service, settings]) => ({ name: service, ...settings })),
  );
  const edges = services
    .filter((service) => running.some(({ Name, State }) => State.Running && Name === `/${edgeOf(edge, service.name)}`))
    .map((service) => ({
      service: service.name,
      container: containerAt(edgeOf(edge, service.name), on),
      config: haproxyConfig(service),
    }));
  if (edges.length === 0) return;
  const of = { instance, environment: name, edge, ledger: await ledgerPlace(file, stacks), on };
  const restored = await Promise.all(
    edges.map((each) =>
      restoreFiles(of, [each]).catch((error: unknown) => {
        // One that keeps failing is the update's to repair.
        note(`${name}: the edge of ${each.service} tells nothing: ${visibleLine(String(error))}`);
        return [];
      }),
    ),
  );
  for (const service of restored.flat())
    note(`${name}: the edge of ${service} had lost what it serves; it has it again`);
}
