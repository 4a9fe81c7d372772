/** A service that may wait for others. */
interface Dependent {
  name: string;
  dependsOn?: Readonly<Record<string, unknown>>;
}

/**
 * Services in the order in which they start: each after those that it waits for, else as they came. What is waited for and not
 * there is passed over, and so is a circle, which config is refused for.
 */
export function inStartOrder<T extends Dependent>(services: readonly T[]): T[] {
  const done = new Set<T>();
  const visit = (service: T, before: readonly T[]): void => {
    if (done.has(service) || before.includes(service)) return;
    for (const name of Object.keys(service.dependsOn ?? {})) {
      const other = services.find((each) => each.name === name);
      if (other !== undefined) visit(other, [...before, service]);
    }
    done.add(service);
  };
  for (const service of services) visit(service, []);
  return [...done];
}
