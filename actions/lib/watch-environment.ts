import { containerAt, inspectContainer } from '../../clients/docker/docker';
import { healthOf } from '../../clients/docker/healthy';
import type { Traffic } from '../../releases/watch';
import type { CheckPlace } from '../../targets/target';
import { note as say } from '../../base/terminal';
import { edgedServices, type CutoverOfTarget } from './cutover-target';
import { runChecks } from './run-checks';
import { byService, watch, type WatchVerdict } from './watch';

/** All that has to be known before a switch, so that what is served can be watched after it. */
export interface ReadyWatch {
  /** Watches for as long as config says, at once after the switch. @param evidence folder below the ledger's `evidence/` */
  watch: (evidence: string) => Promise<WatchVerdict>;
}

/**
 * Makes ready to watch what changes, and what does not: looks at how all of it does now, and brings what checks need to where they run.
 * @param changed what gets another release
 * @param resumed that the switch has been made before: then nobody knows how the former releases of what changes did
 */
export async function readyToWatch(
  input: CutoverOfTarget,
  changed: CutoverOfTarget['routes'],
  resumed: boolean,
): Promise<ReadyWatch> {
  if (input.watch.seconds === 0) return { watch: () => Promise.resolve({ verdict: 'passed', summary: '' }) };
  const services = edgedServices(changed);
  const neighbours = edgedServices(input.routes).filter((service) => !services.includes(service));
  const [checkPlace, traffic, well] = await Promise.all([
    placeOfChecks(input),
    served(input),
    Promise.all(neighbours.map(async (service) => [service, await isWell(input, service)] as const)),
  ]);
  const isKnown = (service: string): boolean => !(resumed && services.includes(service));
  const before = Object.fromEntries(Object.entries(traffic).filter(([service]) => isKnown(service)));
  return {
    watch: async (evidence) => {
      const since = await served(input);
      return watch({
        settings: input.watch,
        services,
        formerTraffic: before,
        neighbours: Object.fromEntries(
          well.map(([service, wasWell]) => [service, { wasWell, before: before[service], atSwitch: since[service] }]),
        ),
        traffic: () => served(input),
        probe: (service, count) => input.edges.probe(service, input.watch.probePath, count),
        checks: () => checks(input, checkPlace, evidence),
      });
    },
  };
}

/** What has been counted of each service's server that takes requests now. */
async function served({ edges }: CutoverOfTarget): Promise<Record<string, Traffic>> {
  const [states, traffic] = await Promise.all([edges.states(), edges.traffic()]);
  return byService(traffic, (server) =>
    states.some(({ service, slot, ready }) => ready && service === server.service && slot === server.slot),
  );
}

async function isWell({ routes, target }: CutoverOfTarget, service: string): Promise<boolean> {
  const container = routes.find((route) => route.service === service)?.container ?? '';
  return healthOf(await inspectContainer(containerAt(container, target.on))).state === 'healthy';
}

/** Where the watch's checks run; undefined when it has none. What they need is brought there before anything is switched. */
async function placeOfChecks({ target, routes, watch: own }: CutoverOfTarget): Promise<CheckPlace | undefined> {
  return own.checks.length === 0 ? undefined : target.checksBeside(edgedServices(routes));
}

function checks(input: CutoverOfTarget, checkPlace: CheckPlace | undefined, evidence: string) {
  if (checkPlace === undefined) return Promise.resolve([]);
  const { watch: own, secrets } = input;
  return runChecks({ ...input, checkPlace, checks: own.checks, secrets, evidence, say });
}
