import { collect, declaredPorts } from '../audit/collect';
import { deviationsFile, readDeviations } from '../audit/deviations';
import { isClean, judge, type Finding, type Report } from '../audit/judge';
import { rules } from '../audit/rules';
import { UserError } from '../errors';
import { projectRoot } from '../paths';
import { isEnvironment, readStacks, type StackFile } from '../stacks/files';
import { usesEngine } from '../stacks/targets';
import type { Call } from './call';
import { table } from './help';
import { prepare } from './prepare';

/** Holds all containers and images of ours against the CIS Docker Benchmark. @returns 1 when there is a finding */
export async function run(call: Call): Promise<number> {
  const deviations = readDeviations();
  const stacks = readStacks();
  const elsewhere = namesElsewhere(stacks);
  if (elsewhere.length > 0) call.note(`${elsewhere.join(', ')}: on other machines, whose engines are not looked at`);
  const instances = stacks.flatMap(({ config }) => (config.role === 'platform' ? [config.prefix] : []));
  await prepare(call);
  const reports: Report[] = [];
  for (const instance of instances) {
    const facts = await collect(instance, projectRoot, declaredPorts(stacks));
    if (facts.containers.length > 0) reports.push(judge(facts, rules, deviations));
  }
  if (reports.length === 0) throw new UserError('nothing of ours runs here that could be audited', 'npm run up');
  if (call.options['json'] === true) call.say(JSON.stringify(reports, null, 2));
  else for (const line of reports.flatMap(reportText)) call.say(line);
  return reports.every(isClean) ? 0 : 1;
}

/** The environments of which nothing is on this engine. */
function namesElsewhere(stacks: readonly StackFile[]): string[] {
  return stacks
    .filter(isEnvironment)
    .filter(({ config }) => !usesEngine(config))
    .map(({ name }) => name);
}

/** A report as people read it: what is wrong first, what is known to deviate last. */
export function reportText(report: Report): string[] {
  const { instance, looked, asked, notApplicable, findings, deviations, stale } = report;
  const reasons = [...new Set(deviations.map(({ check, reason }) => `${check} ${reason}`))];
  return [
    `${instance}: ${looked.containers} containers, ${looked.images} images, ${looked.dockerfiles} build files held against ${asked.length} checks`,
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
