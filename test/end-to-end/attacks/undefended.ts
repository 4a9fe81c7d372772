import { docker, inspectContainer } from '../../../clients/docker/docker';
import { until } from '../engine';
import { ports, prefix } from '../isolate';

/** Drone's settings that make it ask the platform, and not the pushed commit, for the pipeline. */
const defence = /^DRONE_YAML_/;

/**
 * Takes the defence out for a while: another Drone in the place of the platform's, with its data, its name and its
 * settings but those for the configuration service. Afterwards the platform's own runs again, the same container.
 */
export async function withoutConfigurationService<T>(attack: () => Promise<T>): Promise<T> {
  const own = `${prefix}-drone`;
  const undefended = `${prefix}-undefended`;
  const info = await inspectContainer(own);
  const settings = (info?.Config.Env ?? []).filter((entry) => !defence.test(entry));
  await docker(['stop', own]);
  try {
    await docker(
      [
        ...['run', '--detach', '--name', undefended, '--network', `${prefix}-platform`, '--network-alias', own],
        ...['--user', '1000:1000', '--cap-drop', 'ALL', '--volume', `${own}:/data`],
        ...settings.flatMap((entry) => ['--env', variable(entry)[0]]),
        info?.Image ?? '',
      ],
      { env: Object.fromEntries(settings.map(variable)) },
    );
    await untilWell();
    return await attack();
  } finally {
    await docker(['rm', '--force', undefended], { allowFailure: true });
    await docker(['start', own]);
    await untilWell();
  }
}

async function untilWell(): Promise<void> {
  await until(async () => {
    const response = await fetch(`http://localhost:${ports.drone}/healthz`).catch(() => undefined);
    return response?.ok === true ? true : undefined;
  });
}

/** Name and value; the value may hold another `=`. */
function variable(entry: string): [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}
