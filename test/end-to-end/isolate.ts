import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';

/** What the names of all Docker objects of these tests begin with; SLUICE_TEST_PREFIX lets two runs stand side by side. */
export const prefix = process.env['SLUICE_TEST_PREFIX'] ?? 'sluice-e2e';

/** Added to every port, for the same purpose. */
const offset = Number(process.env['SLUICE_TEST_PORT_OFFSET'] ?? 0);

/** Host ports of the tests' own Sluice, apart from the defaults. */
export const ports = {
  registry: 16500 + offset,
  gitHost: 14000 + offset,
  drone: 14080 + offset,
  staging: { frontend: 19180 + offset, discounts: 19181 + offset },
  production: { frontend: 19080 + offset, discounts: 19081 + offset },
  pilot: { frontend: 19280 + offset, discounts: 19281 + offset },
} as const;

/** The platform's parts whose images can be given: SLUICE_TEST_GOGS_IMAGE, SLUICE_TEST_DRONE_IMAGE, … */
const parts = ['registry', 'gogs', 'gitea', 'drone', 'runner', 'clone', 'edge', 'node', 'tools'] as const;

/**
 * Images of the platform's parts as the environment gives them, and the kind of git host: SLUICE_TEST_GIT_HOST, else the
 * one whose image was given, else what is there.
 */
export function givenParts(env: NodeJS.ProcessEnv = process.env): Record<string, unknown> {
  const images = Object.fromEntries(
    parts.flatMap((part) => {
      const image = env[`SLUICE_TEST_${part.toUpperCase()}_IMAGE`] ?? '';
      return image === '' ? [] : [[part, image] as const];
    }),
  );
  const kind = env['SLUICE_TEST_GIT_HOST'] ?? (['gogs', 'gitea'] as const).find((part) => part in images);
  return {
    ...(Object.keys(images).length === 0 ? {} : { images }),
    ...(kind === undefined ? {} : { gitHost: kind }),
  };
}

/** Gives a clone another prefix and other ports. */
export function isolate(clone: string): void {
  setConfig(clone, 'platform', {
    prefix,
    registryPort: ports.registry,
    gitHostPort: ports.gitHost,
    dronePort: ports.drone,
    ...givenParts(),
  });
  for (const environment of ['staging', 'production'] as const) {
    for (const [service, port] of Object.entries(ports[environment])) {
      setIn(clone, environment, ['sluice:services', service, 'port'], port);
    }
  }
}

/** Sets values of a stack's file. */
export function setConfig(clone: string, stack: string, values: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(values)) setIn(clone, stack, [`sluice:${key}`], value);
}

/** Sets one value, wherever it is, and keeps the rest of the file as it is. */
export function setIn(clone: string, stack: string, place: readonly string[], value: unknown): void {
  const file = path.join(clone, `Pulumi.${stack}.yaml`);
  const document = parseDocument(fs.readFileSync(file, 'utf8'));
  document.setIn(['config', ...place], document.createNode(value));
  fs.writeFileSync(file, document.toString());
}
