import { z } from 'zod';
import type { CheckSummary, Verdict } from '../../releases/types';
import { verdictOf } from '../../releases/verdicts';
import type { EvidenceFile } from '../../targets/evidence-files';
import { parseVerdict, type CheckStep, type CheckVerdict } from '../protocol';
import { keptAs } from '../kept-verdict';
import type { Run } from './run';

/** A step with its place among all of its check. */
export interface NumberedStep extends CheckStep {
  /** From 1 on. */
  number: number;
}

/** What one check has left. */
export interface Finding {
  name: string;
  /** `browser`; empty when nobody knows. */
  type: string;
  verdict: Verdict;
  summary: string;
  /** ISO 8601; undefined when it gave no verdict. */
  startedAt?: string;
  finishedAt?: string;
  /** Those that are not ok first. */
  steps: readonly NumberedStep[];
  /** Of its folder; names below the evidence's folder. */
  files: readonly EvidenceFile[];
}

/** What a run has left: its checks, the worst first, and what belongs to none, like logs of containers. */
export interface Findings {
  checks: readonly Finding[];
  others: readonly EvidenceFile[];
}

/** The name of the page beside the evidence; it is no part of it. */
export const pageName = 'index.html';

/** Sorts a run's files by check. A folder whose verdict is on no record is a check whose run was not waited for to the end. */
export function findingsIn(run: Run, files: readonly EvidenceFile[]): Findings {
  const evidence = files.filter(({ name }) => name !== pageName);
  // What lies deeper, a check has written itself: no verdict of anybody.
  const folders = evidence.flatMap(({ name }) => {
    const [folder = '', file, ...deeper] = name.split('/');
    return file === keptAs && deeper.length === 0 ? [folder] : [];
  });
  const unrecorded = folders.filter((folder) => run.checks.every(({ name }) => name !== folder));
  const checks = [
    ...run.checks.map((check) => findingOf(check, evidence, run)),
    ...unrecorded.flatMap((name) => {
      const said = keptIn(name, evidence).verdict;
      if (said === undefined) return [];
      return [findingOf({ name, verdict: verdictOf[said.verdict], summary: said.summary }, evidence, run)];
    }),
  ];
  return {
    checks: checks.sort((a, b) => severity[a.verdict] - severity[b.verdict]),
    others: evidence.filter(({ name }) => checks.every((check) => !name.startsWith(`${check.name}/`))),
  };
}

const severity: Readonly<Record<Verdict, number>> = { refused: 0, unknown: 1, passed: 2 };

function findingOf(check: CheckSummary, evidence: readonly EvidenceFile[], { types }: Run): Finding {
  const { type, verdict } = keptIn(check.name, evidence);
  const steps = (verdict?.steps ?? []).map((step, index) => ({ ...step, number: index + 1 }));
  return {
    ...check,
    type: (Object.hasOwn(types, check.name) ? types[check.name] : undefined) ?? type,
    ...(verdict === undefined ? {} : { startedAt: verdict.startedAt, finishedAt: verdict.finishedAt }),
    steps: [...steps.filter(({ ok }) => !ok), ...steps.filter(({ ok }) => ok)],
    files: evidence.filter(({ name }) => name.startsWith(`${check.name}/`)),
  };
}

/** What a check has left of its verdict, as far as that can be read. */
function keptIn(check: string, evidence: readonly EvidenceFile[]): { type: string; verdict?: CheckVerdict } {
  const kept = parsed(evidence.find(({ name }) => name === `${check}/${keptAs}`));
  return { type: z.object({ type: z.string() }).safeParse(kept).data?.type ?? '', verdict: parseVerdict(kept) };
}

function parsed(file: EvidenceFile | undefined): unknown {
  try {
    return JSON.parse(file?.content.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
