import { collect, declaredPorts, type AuditScope } from '../audit/collect';
import { deviationsFile, readDeviations } from '../audit/deviations';
import { isClean, judge, type Finding, type Report } from '../audit/judge';
import { rules } from '../audit/rules';
import { engineName, type OnEngine } from '../clients/docker/docker';
import { UserError } from '../base/errors';
import { projectRoot } from '../base/paths';
import { isEnvironment, type StackFile } from '../config/stack';
import { prefixOf, readStacks } from '../config/stacks';
import { kindOf } from '../targets/kinds';
import type { Call } from './call';
import { table } from './help';
import { engineOf } from '../operations/machine-place';
import { prepare } from '../operations/prepare';

/** Holds all containers and images of ours against the CIS Docker Benchmark. @returns 1 when there is a finding */
export async function run(call: Call): Promise<number> {
  const deviations = readDeviations();
  const stacks = readStacks();
  const projects = stacks.flatMap((file) =>
    isEnvironment(file) && !kindOf(file.config.target).declares ? [file.name] : [],
  );
  if (projects.length > 0)
    call.note(`${projects.join(', ')}: compose projects on other machines, which are not looked at`);
  await prepare(call);
  const reports: Report[] = [];
  for (const audited of await auditedEngines(stacks)) {
    const facts = await collect(audited);
    if (facts.containers.length > 0) reports.push(judge(facts, rules, deviations));
  }
  if (reports.length === 0) throw new UserError('nothing of ours runs that could be audited', 'npm run up');
  if (call.options['json'] === true) call.say(JSON.stringify(reports, null, 2));
  else call.say(reports.map((report) => reportText(report).join('\n')).join('\n\n'));
  return reports.every(isClean) ? 0 : 1;
}

/** This machine's engine and those of others, each once for each platform that has something there. */
async function auditedEngines(stacks: readonly StackFile[]): Promise<AuditScope[]> {
  const ports = declaredPorts(stacks);
  const environments = stacks.filter(isEnvironment).filter(({ config }) => {
    const { declares, isPlatformEngine } = kindOf(config.target);
    return declares && !isPlatformEngine;
  });
  const there = new Map<string, { instance: string; on: OnEngine; names: Set<string> }>();
  for (const file of environments) {
    const instance = prefixOf(stacks, file);
    const on = (await engineOf(file, stacks)) ?? {};
    const key = `${instance} ${engineName(on)}`;
    const known = there.get(key) ?? { instance, on, names: new Set() };
    there.set(key, known);
    known.names.add(file.name);
  }
  const others = new Set(environments.map(({ name }) => name));
  return [
    ...stacks.flatMap(({ config }): AuditScope[] => {
      if (config.role !== 'platform') return [];
      const holds = (stack: string): boolean => !others.has(stack);
      return [{ instance: config.prefix, root: projectRoot, ports, holds, on: {} }];
    }),
    ...[...there.values()].map(({ instance, on, names }): AuditScope => ({
      instance,
      root: null,
      ports,
      holds: (stack) => names.has(stack),
      on,
    })),
  ];
}

/** A report as people read it: what is wrong first, what is known to deviate last. */
export function reportText(report: Report): string[] {
  const { instance, machine, looked, asked, notApplicable, findings, deviations, stale } = report;
  const reasons = [...new Set(deviations.map(({ check, reason }) => `${check} ${reason}`))];
  return [
    `${instance}${machine === null ? '' : ` on ${machine}`}: ${looked.containers} containers, ${looked.images} images, ${looked.dockerfiles} build files held against ${asked.length} checks`,
    ...(notApplicable.length === 0 ? [] : [`not applicable on this engine: ${notApplicable.join(', ')}`]),
    ...section('findings', findingRows(findings)),
    ...section(
      `deviations that no longer occur; take them out of ${deviationsFile}`,
      stale.map(({ check, role, reason }): [string, string] => [`${check} ${role}`, reason]),
    ),
    ...section(
      `written deviations: ${deviations.length}`,
      reasons.map((each): [string, string] => {
        const of = deviations.filter(({ check, reason }) => `${check} ${reason}` === each);
        const roles = [...new Set(of.flatMap((finding) => finding.roles))].sort();
        return [of[0]?.check ?? '', `${roles.join(', ')}: ${of[0]?.reason ?? ''}`];
      }),
    ),
    ...(isClean(report) ? ['', 'nothing but written deviations'] : []),
  ];
}

function findingRows(findings: readonly Finding[]): [string, string][] {
  return findings.map(({ check, subject, problem, title }) => [`${check} ${subject}`, `${problem} (${title})`]);
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...table(rows)];
}
