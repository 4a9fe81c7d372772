import type { Context, Draft } from './draft';
import { at, entriesOf, flagOf, membersOf, refuse, refuseOthers, textOf, type Problems, type Spot } from './values';

/** `depends_on`: what comes first, and whether it has to be healthy by then. */
export function readDependsOn(spot: Spot, context: Context): Draft {
  const dependsOn: Record<string, 'started' | 'healthy'> = {};
  const needed = (each: Spot, name: string, optional: boolean): boolean => {
    if (context.active.includes(name)) return true;
    if (optional) return false;
    const known = at(context.document, 'services', name) !== undefined;
    refuse(
      each,
      known
        ? `needs ${name}, which is left out because of its profiles; see sluice:composeProfiles`
        : `there is no service "${name}"`,
    );
    return false;
  };
  if (spot.node.kind === 'list') {
    for (const member of membersOf(spot)) {
      const name = textOf(member);
      if (name !== undefined && needed(member, name, false)) dependsOn[name] = 'started';
    }
    return { dependsOn };
  }
  for (const [name, each] of entriesOf(spot)) {
    // A list that was joined with a mapping has names without conditions.
    const empty = each.node.kind === 'scalar' && each.node.value === null;
    if (!empty) refuseOthers(each, { condition: undefined, required: undefined, restart: undefined });
    const required = at(each.node, 'required');
    const optional = required !== undefined && flagOf({ ...each, node: required }) === false;
    const condition = at(each.node, 'condition');
    const text = condition === undefined ? 'service_started' : textOf({ ...each, node: condition });
    if (text === 'service_completed_successfully' && condition !== undefined) {
      refuse(
        { ...each, node: condition, where: `${each.where}.condition` },
        `waits for the end of ${name}, but services of an environment don't end; do it in the entrypoint of ${context.service}`,
      );
    } else if (text !== 'service_started' && text !== 'service_healthy') {
      refuse(each, `must be service_started or service_healthy, but is "${text ?? ''}"`);
    } else if (needed(each, name, optional)) dependsOn[name] = text === 'service_healthy' ? 'healthy' : 'started';
  }
  return { dependsOn };
}

/** `links`: the old way to say what comes first. */
export function readLinks(spot: Spot, context: Context): Draft {
  const dependsOn: Record<string, 'started'> = {};
  for (const member of membersOf(spot)) {
    const [name = '', alias = name] = (textOf(member) ?? '').split(':');
    if (alias !== name) refuse(member, `gives ${name} the name ${alias}; services find each other by their own names`);
    else if (context.active.includes(name)) dependsOn[name] = 'started';
  }
  return { dependsOn };
}

/** What waits for itself never starts. */
export function refuseCircles(
  services: readonly { name: string; draft: Draft; spot: Spot }[],
  problems: Problems,
): void {
  const after = new Map(services.map(({ name, draft }) => [name, Object.keys(draft.dependsOn ?? {})]));
  const circle = (name: string, before: readonly string[]): string[] | undefined => {
    if (before.includes(name)) return [...before.slice(before.indexOf(name)), name];
    for (const next of after.get(name) ?? []) {
      const found = circle(next, [...before, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const told = new Set<string>();
  for (const { name, spot } of services) {
    const found = circle(name, []);
    if (found === undefined || found.some((each) => told.has(each))) continue;
    for (const each of found) told.add(each);
    const place = at(spot.node, 'depends_on')?.at ?? spot.node.at;
    problems.refuse(
      place,
      `services.${name}.depends_on`,
      `services wait for each other in a circle: ${found.join(' → ')}`,
    );
  }
}
