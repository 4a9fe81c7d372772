import type { EnvironmentConfig } from '../config';
import { serviceSettings } from '../config/schema/service';
import type { ReleaseSet } from '../releases/ledger';
import { releaseName } from '../releases/names';
import type { Candidate } from '../releases/types';

/** Which releases these images are with the settings of now. */
export function releaseSet(config: EnvironmentConfig, releases: Candidate): ReleaseSet {
  return Object.fromEntries(
    Object.entries(config.services).flatMap(([service, settings]) => {
      const digest = releases[service]?.digest;
      if (digest === undefined) return [];
      return [[service, `${releaseName(service, digest, serviceSettings.parse(settings))}:${settings.containerPort}`]];
    }),
  );
}
