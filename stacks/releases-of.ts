import type { EnvironmentService } from '../components/environment';
import { givenSettings } from '../components/more-settings';
import type { EnvironmentConfig, ServiceConfig } from '../config';
import type { ReleaseSet } from '../releases/ledger';
import { releaseName } from '../releases/names';
import type { Candidate } from '../releases/types';

/** Which releases these images are with the settings of now. */
export function releaseSet(config: EnvironmentConfig, releases: Candidate): ReleaseSet {
  return Object.fromEntries(
    Object.entries(config.services).flatMap(([service, settings]) => {
      const digest = releases[service]?.digest;
      if (digest === undefined) return [];
      return [[service, `${releaseName(service, digest, serviceSettings(settings))}:${settings.containerPort}`]];
    }),
  );
}

/** How a service is run, as its config says it. */
export function serviceSettings(config: ServiceConfig): EnvironmentService['settings'] {
  const { containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy } =
    config;
  return {
    ...{ containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy },
    ...givenSettings(config),
  };
}
