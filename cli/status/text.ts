import { noLongerKept } from '../../releases/evidence';
import { foundRunning } from '../../releases/ledger';
import { shortDigest } from '../../releases/names';
import { sluice } from '../../base/command';
import { nextLine } from '../../base/errors';
import { table } from '../help';
import { formerLedgerText } from '../../operations/ledger-place';
import { elsewhereText } from '../../operations/platform';
import type { GateStatus, PlatformStatus, SetbackStatus, Status } from './assemble';

/** The status as people read it. */
export function statusText({ platform, environments }: Status): string[] {
  const lines: string[] = [];
  if (platform !== null) lines.push('platform', ...platformText(platform));
  for (const [
    name,
    {
      services,
      ledger = null,
      formerLedger = false,
      withoutRelease = [],
      untested = [],
      older = null,
      gate,
      setback,
      adopted,
    },
  ] of Object.entries(environments)) {
    lines.push(...(lines.length === 0 ? [] : ['']), name);
    lines.push(
      ...table([
        ...Object.entries(services).map(([service, { url, digest, revision, healthy }]): [string, string] => [
          service,
          [
            ...[url, shortDigest(digest), revision.slice(0, 8), healthy ? 'healthy' : 'NOT HEALTHY'],
            untested.includes(service) ? 'untested' : '',
          ]
            .filter((part) => part !== '')
            .join('  '),
        ]),
        ...withoutRelease.map((service): [string, string] => [service, 'no release yet']),
      ]),
    );
    if (Object.keys(services).length === 0) lines.push('  nothing deployed yet');
    if (ledger !== null) lines.push(`  ledger: ${ledger.problem}`, nextLine(ledger.next));
    if (formerLedger) lines.push(`  ledger: ${formerLedgerText}`);
    if (gate !== null) lines.push(...gateText(gate));
    if (older !== null) {
      lines.push(
        `  older: ${candidateText(older).join('  ')} is offered, and has run here before; to take it: ${sluice('promote')} ${name}`,
      );
    }
    if (setback !== null) lines.push(...setbackText(setback));
    if (adopted !== null) lines.push(`  adopted  ${adopted.at}  ${adopted.by}`, `    ${foundRunning}`);
  }
  return lines.length === 0 ? ['nothing is up; npm run up brings everything up'] : lines;
}

function platformText({ registry, gitHost, drone, ci, repositories, deployImage }: PlatformStatus): string[] {
  const registryRow: [string, string] = ['registry', registry.url + loginText(registry)];
  if (gitHost === null || drone === null) {
    return table([
      registryRow,
      [`CI (${ci})`, elsewhereText],
      ['deploy image', deployImage ?? 'not published yet: npm run up'],
    ]);
  }
  const rows: [string, string][] = [
    registryRow,
    [`git host (${gitHost.kind})`, gitHost.url + loginText(gitHost)],
    ['CI (drone)', drone.url + loginText(drone)],
    ...Object.entries(repositories).map(([name, { cloneUrl }]): [string, string] => [name, cloneUrl ?? '']),
  ];
  return [...table(rows), ...gitHost.limits.map((limit) => `  ${limit}`)];
}

function gateText({ verdict, candidate, checkedAt, fetchEvidence, evidenceKept, summary }: GateStatus): string[] {
  return [
    `  gate: ${[verdict, ...candidateText(candidate ?? {})].join('  ')}${checkedAt === null ? '' : `  ${checkedAt}`}`,
    ...(verdict === 'passed' ? [] : [`    ${summary}`]),
    ...evidenceText(fetchEvidence, evidenceKept),
  ];
}

function setbackText({ what, candidate, at, by, summary, fetchEvidence, evidenceKept }: SetbackStatus): string[] {
  const head = what === 'rollback' ? 'rolled back to' : what;
  return [
    `  ${[head, ...candidateText(candidate), at, by].filter((part) => part !== '').join('  ')}`,
    ...(summary === '' ? [] : [`    ${summary}`]),
    ...evidenceText(fetchEvidence, evidenceKept),
  ];
}

function evidenceText(fetchEvidence: string | null, isKept: boolean | null): string[] {
  const text = isKept === false ? noLongerKept : fetchEvidence;
  return text === null ? [] : [`    evidence: ${text}`];
}

function candidateText(candidate: Readonly<Record<string, string>>): string[] {
  return Object.entries(candidate).map(([service, digest]) => `${service} ${shortDigest(digest)}`);
}

function loginText({ username, password, token }: { username?: string; password?: string; token?: string }): string {
  return [
    ...(username === undefined ? [] : [`  username ${username}`]),
    ...(password === undefined ? [] : [`  password ${password}`]),
    ...(token === undefined ? [] : [`  token ${token}`]),
  ].join('');
}
