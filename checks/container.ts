import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { UserError } from '../base/errors';
import { docker, type OnEngine } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import type { LedgerPlace } from '../targets/place';
import type { CheckSpec } from '../releases/types';
import { childUserOption } from './child-user';
import { parseRequest } from './contract';
import { exitCodes, parseVerdict, unknownVerdict, type CheckVerdict } from './protocol';
import { keepInLedger } from '../targets/evidence';
import { keepLocally, readFolder, type EvidenceFile } from '../targets/evidence-files';
import { hider } from './hide';
import { secretsFor } from './types';

/** Where the check writes inside its container: in a nameless volume that goes with it, since a tmpfs can't be copied out. */
const EVIDENCE = '/tmp/evidence';
const PROGRAM = '/sluice/program/checks/main.cjs';
/** Who the code of others is in there: the program of a command, a scenario and its browser. */
const CHILD = { uid: 1000, gid: 1000 };
/** Beyond the check's own limit: starting the container, saving evidence, the supervisor's patience. */
const PATIENCE_SECONDS = 30;

/** A check and where it is to run. */
export interface CheckRun {
  /** The request without `evidence`; its URLs as seen from the network. */
  check: {
    name: string;
    type: CheckSpec['type'];
    environment: string;
    candidate: Record<string, string>;
    urls: Record<string, string>;
    settings: unknown;
    timeLimitSeconds: number;
  };
  /** The environment's, by config key. Those that the check's type names go in on standard input; none is in what comes back. */
  secrets?: Readonly<Record<string, string>>;
  /** The tools image: Node, a browser, this program. */
  image: string;
  /** The network of the environment that is tested. */
  network: string;
  /** The prefix of this Sluice. */
  instance: string;
  /** The ledger that keeps evidence, under `evidence/<evidencePath>`; nowhere by default. */
  ledger?: LedgerPlace;
  /** The engine that runs it. @default this process's own */
  on?: OnEngine;
  /** Relative, unique to this run. */
  evidencePath: string;
  /** A folder of this machine that gets the evidence too; none by default. */
  localFolder?: string;
  /** Gets what a person may want to read while it runs. */
  log: (line: string) => void;
}

/**
 * Runs a check in a container of its own, in the network of the environment, through the same engine. Whatever
 * happens, it comes back with a verdict, and anything but a clear pass is none; the container is gone afterwards. (One
 * that a killed caller leaves ends by its own time limit and is found by its labels.)
 * @throws UserError for a request that is wrong
 */
export async function runCheck(run: CheckRun): Promise<CheckVerdict> {
  const started = new Date();
  const secrets = secretsFor(run.check.type, run.secrets);
  const request = JSON.stringify(
    parseRequest({ ...run.check, evidence: EVIDENCE, ...(secrets === undefined ? {} : { secrets }) }),
  );
  const name = `${run.instance}-check-${randomBytes(6).toString('hex')}`;
  const on = run.on ?? {};
  try {
    await docker(createArguments(name, run), { ...on, timeoutSeconds: 60 });
    const limit = run.check.timeLimitSeconds + PATIENCE_SECONDS;
    const { stdout, stderr, code } = await docker(['start', '--attach', '--interactive', name], {
      ...on,
      input: request,
      allowFailure: true,
      timeoutSeconds: limit,
    });
    const hide = hider(Object.values(secrets ?? {}));
    const verdict = readVerdict({ stdout: hide.text(stdout), stderr: hide.text(stderr), code }, limit, started);
    return await keepEvidence(name, run, verdict, hide.file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    return unknownVerdict(`the check's container: ${error instanceof Error ? error.message : String(error)}`, started);
  } finally {
    await docker(['rm', '--force', '--volumes', name], { ...on, allowFailure: true, timeoutSeconds: 60 }).catch(
      () => undefined,
    );
  }
}

/** The engine's command that makes a check's container. No secret and nothing of this machine is in it. */
export function createArguments(name: string, { check, image, instance, network }: CheckRun): string[] {
  const label = (key: string, value: string) => ['--label', `${key}=${value}`];
  return [
    'create',
    '--interactive',
    ...['--name', name],
    ...label(labels.instance, instance),
    ...label(labels.stack, check.environment),
    ...label(labels.role, 'check'),
    ...label('sluice.check', check.name),
    ...label('sluice.run', name),
    ...['--network', network],
    // Who gives the verdict is another user than what is checked with, so that this can neither write where the verdict goes nor
    // signal, trace or read the supervisor. To start it as somebody else, and to end it, takes these three; it gets none of them.
    ...['--user', '0:0'],
    ...['--env', 'HOME=/tmp'],
    ...['--cap-drop', 'ALL', '--cap-add', 'SETUID', '--cap-add', 'SETGID', '--cap-add', 'KILL'],
    ...['--security-opt', 'no-new-privileges'],
    // A browser's needs: shared memory, processes, and somebody who reaps them.
    ...['--memory', '1g', '--memory-swap', '1g', '--shm-size', '256m', '--pids-limit', '512', '--init'],
    ...['--cpu-shares', '1024', '--ulimit', 'core=0', '--ulimit', 'nofile=16384', '--read-only', '--volume', '/tmp'],
    ...['--restart', 'no'],
    ...['--entrypoint', 'node'],
    image,
    PROGRAM,
    ...childUserOption(CHILD),
  ];
}

/**
 * What a container's end says. A verdict counts only if it is all that stands on standard output, which the supervisor alone writes to,
 * and if the exit code says the same.
 */
export function readVerdict(
  { stdout, stderr, code }: { stdout: string; stderr: string; code: number },
  limitSeconds: number,
  started: Date,
): CheckVerdict {
  if (code === 124) return unknownVerdict(`its container did not end within ${limitSeconds} s and was killed`, started);
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length > 1) {
    return unknownVerdict(`its container said ${lines.length} lines, and a verdict is one: exit code ${code}`, started);
  }
  const verdict = parseVerdict(parseLine(lines[0] ?? ''));
  if (verdict === undefined) {
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    return unknownVerdict(`its container gave no verdict: exit code ${code}${last === '' ? '' : `, ${last}`}`, started);
  }
  if (exitCodes[verdict.verdict] !== code) {
    return { ...verdict, verdict: 'unknown', summary: `its verdict was ${verdict.verdict}, but its exit code ${code}` };
  }
  return verdict;
}

/** Copies the evidence out. A pass that leaves no proof is not a pass. */
async function keepEvidence(
  name: string,
  run: CheckRun,
  verdict: CheckVerdict,
  hide: (file: EvidenceFile) => EvidenceFile,
): Promise<CheckVerdict> {
  try {
    const files = (await readFolder(name, EVIDENCE, run.on)).map(hide);
    if (run.localFolder !== undefined) keepLocally(files, path.resolve(run.localFolder));
    if (run.ledger !== undefined) await keepInLedger(files, run.ledger, run.evidencePath);
    return verdict;
  } catch (error) {
    const problem = `its evidence could not be kept: ${error instanceof Error ? error.message : String(error)}`;
    run.log(problem);
    if (verdict.verdict === 'pass') return { ...verdict, verdict: 'unknown', summary: problem };
    return verdict.files.length === 0 ? verdict : { ...verdict, summary: `${verdict.summary} (${problem})` };
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
