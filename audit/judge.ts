import type { Deviation } from './deviations';
import type { AuditedContainer, AuditFacts } from './facts';
import { roleOf } from './isolation';
import type { Rule } from './rule';

/** Something that a rule does not let pass. */
export interface Finding {
  check: string;
  title: string;
  /** Name of the container, image or build file. */
  subject: string;
  /** The roles of the containers that it concerns; `image` or `dockerfile` for what no container runs. */
  roles: string[];
  /** What is wrong, in a few words. */
  problem: string;
}

/** What an audit found. */
export interface Report {
  instance: string;
  /** The other machine whose engine was looked at; null: this one's. */
  machine: string | null;
  /** What was looked at. */
  looked: { containers: number; images: number; dockerfiles: number };
  /** Numbers of the checks that were asked, and of those that can't be asked on this engine. */
  asked: string[];
  notApplicable: string[];
  /** What stands in no deviation. */
  findings: Finding[];
  /** What stands in one. */
  deviations: (Finding & { reason: string })[];
  /** Written deviations that no longer occur. */
  stale: { check: string; role: string; reason: string }[];
}

/** Whether nothing but written deviations was found. */
export function isClean({ findings, stale }: Report): boolean {
  return findings.length === 0 && stale.length === 0;
}

/** Holds what there is against the rules and the written deviations. */
export function judge(facts: AuditFacts, rules: readonly Rule[], deviations: readonly Deviation[]): Report {
  const around = facts.surroundings;
  const applicable = rules.filter((rule) => rule.applies?.(around) ?? true);
  const all = applicable.flatMap((rule) => ask(rule, facts));
  const here = deviations.filter(({ elsewhere }) => elsewhere !== true || facts.machine !== null);
  const excused = (finding: Finding): string | undefined => {
    const reasons = finding.roles.map(
      (role) => here.find(({ check, roles }) => check === finding.check && roles.includes(role))?.reason,
    );
    // An image that several roles run is excused only if each of them is.
    return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
  };
  const ids = (list: readonly Rule[]): string[] => [...new Set(list.map(({ id }) => id))];
  const asked = ids(applicable);
  const present = new Set([
    ...facts.containers.map(roleOf),
    ...(facts.images.length > 0 ? ['image'] : []),
    ...(facts.dockerfiles.length > 0 ? ['dockerfile'] : []),
  ]);
  const occurs = new Set(all.flatMap(({ check, roles }) => roles.map((role) => `${check} ${role}`)));
  return {
    instance: facts.instance,
    machine: facts.machine,
    looked: {
      containers: facts.containers.length,
      images: facts.images.length,
      dockerfiles: facts.dockerfiles.length,
    },
    asked,
    notApplicable: ids(rules).filter((id) => !asked.includes(id)),
    findings: all.filter((finding) => excused(finding) === undefined),
    deviations: all.flatMap((finding) => {
      const reason = excused(finding);
      return reason === undefined ? [] : [{ ...finding, reason }];
    }),
    // A role that nothing has just now (a check's container lives for seconds) tells nothing about its deviations.
    stale: here.flatMap(({ check, roles, reason, elsewhere }) =>
      (elsewhere === true ? [] : roles)
        .filter((role) => asked.includes(check) && present.has(role) && !occurs.has(`${check} ${role}`))
        .map((role) => ({ check, role, reason })),
    ),
  };
}

function ask(rule: Rule, { containers, images, dockerfiles, surroundings }: AuditFacts): Finding[] {
  const found = (subject: string, roles: string[], problems: readonly string[]): Finding[] =>
    problems.map((problem) => ({ check: rule.id, title: rule.title, subject, roles, problem }));
  switch (rule.kind) {
    case 'container':
      return containers.flatMap((container) =>
        found(container.inspect.Name.replace(/^\//, ''), [roleOf(container)], rule.test(container, surroundings)),
      );
    case 'image':
      return images.flatMap((image) => {
        const runs = containers.filter(({ inspect }) => inspect.Image === image.id);
        return found(image.names[0] ?? image.id, rolesOf(runs), rule.test({ ...image, runs }, surroundings));
      });
    case 'dockerfile':
      return dockerfiles.flatMap((file) => found(file.path, ['dockerfile'], rule.test(file, surroundings)));
  }
}

function rolesOf(containers: readonly AuditedContainer[]): string[] {
  return containers.length === 0 ? ['image'] : [...new Set(containers.map(roleOf))].sort();
}
