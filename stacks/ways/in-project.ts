import * as pulumi from '@pulumi/pulumi';
import { ComposeProject } from '../../components/compose-project';
import type { ComposeLook } from '../../targets/compose-look';
import { hostOf } from '../../clients/registry/address';
import { imageLines } from '../../targets/compose-image';
import { refuseBadLine } from '../../base/utf8';
import { lastCutover, sameCandidate } from '../../releases/ledger';
import { shortDigest } from '../../releases/names';
import type { Candidate } from '../../releases/types';
import { upstreamAt, urlHost } from '../upstream-at';
import { candidateOf, nameIn } from '../../releases/adoption';
import { machineOfHome } from '../../targets/home';
import type { Declaration, TargetContext, Workload, Way } from './way';

/** Environments that are compose projects on other machines. */
export const inProject: Way = {
  async look({ platform, home, managed, isExpected, releasesOf, project }) {
    const { running } = await project(machineOfHome(home));
    const ours = managed.flatMap(({ service, repository }) => {
      const container = running[service];
      // What people have started themselves runs there, too: only what comes from the registry's repositories is ours.
      const isOurs =
        container?.healthy === true && nameIn(container.image) === `${platform.registry.address}/${repository}`;
      return isOurs && container.digest !== '' ? [[service, container] as const] : [];
    });
    const candidate = candidateOf(
      managed.flatMap(({ service }) => (isExpected(service) || ours.some(([own]) => own === service) ? [service] : [])),
      Object.fromEntries(ours),
    );
    const serves = ours.length > 0;
    return candidate === undefined || !serves
      ? { serves }
      : { serves, set: { candidate, releases: releasesOf(candidate) } };
  },
  prepare: (of) => Promise.resolve((what) => declare(of, what)),
};

/** @throws UserError by line for a file in which images can't be put */
async function declare(of: TargetContext, { intake, records }: Workload): Promise<Declaration> {
  const { name, config, platform, releasesOf } = of;
  const place = machineOfHome(of.home);
  const { candidate } = intake;
  const now = await of.project(place);
  // What an environment keeps may have a service that its configuration has no longer.
  const services = Object.keys(candidate).filter((service) => Object.hasOwn(config.services, service));
  const fileName = `docker-compose.yml of ${place.ssh.host}`;
  refuseBadLine(fileName, now.badLine);
  const file = imageLines(now.text, services, fileName);
  for (const { service, image, line } of file.lines) {
    const { digest = '' } = candidate[service] ?? {};
    if (image.endsWith(`@${digest}`)) continue;
    await pulumi.log.info(`${name}: docker-compose.yml, line ${line}: ${service} ${image} → ${shortDigest(digest)}`);
  }
  const project = new ComposeProject(name, {
    environment: name,
    place,
    ledger: pulumi.secret(platform.ledgers),
    text: now.text,
    file,
    candidate,
    gated: config.promotesFrom !== '',
    services,
    releases: releasesOf(candidate),
    image: (service) => intake.image(service),
    healthySeconds: Object.fromEntries(
      Object.entries(config.services).map(([service, { healthySeconds }]) => [service, healthySeconds]),
    ),
    registry: { host: hostOf(platform.registry.address), ...platform.registryLogins.pull },
    at: timeOf(now, lastCutover(records, name), candidate, services) ?? new Date().toISOString(),
  });
  return {
    deployed: project.deployed,
    network: null,
    resource: project,
    edges: [],
    urlOf: (service) => {
      const port = config.services[service]?.port;
      return port === undefined ? '' : `http://${urlHost(place.ssh.host)}:${port}`;
    },
    // Whoever promotes from here tests it there.
    place: pulumi.secret(upstreamAt(config, platform, place)),
  };
}

/** The time of the last deployment, if it was this one and the machine is as it has left it. */
function timeOf(
  { running }: ComposeLook,
  last: ReturnType<typeof lastCutover>,
  candidate: Candidate,
  services: readonly string[],
): string | undefined {
  if (last === undefined || !sameCandidate(last.candidate, candidate)) return undefined;
  const isAsLeft = services.every((service) => {
    const own = running[service];
    return own?.digest === candidate[service]?.digest && own?.healthy === true;
  });
  return isAsLeft ? last.at : undefined;
}
