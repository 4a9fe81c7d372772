import * as pulumi from '@pulumi/pulumi';
import { ComposeProject } from '../components/compose-project';
import type { EnvironmentConfig } from '../config';
import type { ComposeLook } from '../targets/compose-look';
import type { MachinePlace } from '../targets/place';
import { hostOf } from '../clients/registry/address';
import { imageLines } from '../targets/compose-image';
import { lastCutover, sameCandidate, type LedgerRecord, type ReleaseSet } from '../releases/ledger';
import { shortDigest } from '../releases/names';
import type { Candidate } from '../releases/types';
import type { Declared } from './on-engine';
import type { Platform } from './platform-outputs';
import type { Taken } from './taken';
import { upstreamAt, urlHost } from './upstream-at';

/** An environment that is to be declared as a compose project on another machine. */
export interface OnCompose {
  name: string;
  config: EnvironmentConfig;
  platform: Platform;
  place: MachinePlace;
  taken: Taken;
  records: readonly LedgerRecord[];
  releasesOf: (candidate: Candidate) => ReleaseSet;
  look: (place: MachinePlace) => Promise<ComposeLook>;
}

/** Declares an environment in a compose project. @throws UserError by line for a file in which images can't be put */
export async function declareOnCompose(o: OnCompose): Promise<Declared> {
  const { name, config, platform, place, taken, records } = o;
  const { candidate } = taken;
  const now = await o.look(place);
  const file = imageLines(now.text, Object.keys(candidate), `docker-compose.yml of ${place.ssh.host}`);
  for (const { service, image, line } of file.lines) {
    const { digest = '' } = candidate[service] ?? {};
    if (image.endsWith(`@${digest}`)) continue;
    await pulumi.log.info(`${name}: docker-compose.yml, line ${line}: ${service} ${image} → ${shortDigest(digest)}`);
  }
  const project = new ComposeProject(name, {
    environment: name,
    place,
    text: now.text,
    file,
    candidate,
    releases: o.releasesOf(candidate),
    image: (service) => taken.image(service),
    healthySeconds: Object.fromEntries(
      Object.entries(config.services).map(([service, { healthySeconds }]) => [service, healthySeconds]),
    ),
    registry: { host: hostOf(platform.registry.address), ...platform.registryLogins.pull },
    at: timeOf(now, lastCutover(records, name), candidate) ?? new Date().toISOString(),
  });
  return {
    deployed: project.deployed,
    network: null,
    resource: project,
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
): string | undefined {
  if (last === undefined || !sameCandidate(last.candidate, candidate)) return undefined;
  const isAsLeft = Object.values(candidate).every(({ service, digest }) => {
    const own = running[service];
    return own?.digest === digest && own.healthy;
  });
  return isAsLeft ? last.at : undefined;
}
