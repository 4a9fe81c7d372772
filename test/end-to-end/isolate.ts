import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';

/** What the names of all Docker objects of these tests begin with. */
export const prefix = 'sluice-e2e';

/** Host ports of the tests' own Sluice, apart from the defaults. */
export const ports = {
  registry: 16500,
  gitHost: 14000,
  drone: 14080,
  staging: { frontend: 19180, discounts: 19181 },
  production: { frontend: 19080, discounts: 19081 },
  pilot: { frontend: 19280, discounts: 19281 },
} as const;

/** Gives a clone another prefix and other ports. */
export function isolate(clone: string): void {
  setConfig(clone, 'platform', {
    prefix,
    registryPort: ports.registry,
    gitHostPort: ports.gitHost,
    dronePort: ports.drone,
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
