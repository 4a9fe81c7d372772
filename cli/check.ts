import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { targetOf } from '../targets/target';
import type { Upstream } from '../targets/upstream';
import { runCheck } from '../checks/container';
import { checkSecrets } from '../config/rules/checks';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { runByHand } from '../checks/page/run';
import { combine, verdictOf } from '../releases/verdicts';
import type { CheckSpec, CheckSummary } from '../releases/types';
import { isBeside, runBeside } from './beside';
import type { Call } from './call';
import { didYouMean } from '../base/spelling';
import { keepPageHere, refuseForeignPage } from '../operations/evidence';
import { ledgerAccess } from '../operations/ledger-place';
import { prepare } from '../operations/prepare';
import { outputsOf } from '../operations/pulumi/outputs';
import { plainSecrets } from '../operations/pulumi/secrets';
import { servicesOf } from './show-services';
import { isEnvironment, upstreamOf, type EnvironmentFile } from '../config/stack';
import { named, prefixOf, readStacks, refuseUnsetVariables } from '../config/stacks';

/** This project's own tests, which stand beside the product. */
const tests = 'test/main.cjs';

/** Runs an environment's checks by hand: those of its own gate, else of the gate that tests it. Without one, this project's own quick check. */
export async function run(call: Call): Promise<number> {
  if (call.words.length === 0) {
    if (!isBeside(tests)) throw new UserError('check needs <environment> [name]', sluice('check', '--help'));
    call.note(
      `no environment is named, so this project's own code is checked; an environment: ${sluice('check')} staging`,
    );
    return runBeside(tests, { options: { check: true }, words: [] });
  }
  const stacks = readStacks();
  const [name = '', only] = call.words;
  const environments = stacks.filter(isEnvironment);
  const [environment] = named(environments, [name]);
  if (environment === undefined) return 2;
  const owner = gateOwner(environment, environments);
  const offered = pick(checksOf(environment, environments), environment.name, only);
  const checks = offered.filter((check) => isAimedAt(environment, owner, check, only, call.note));
  const folder = evidenceFolder(call, environment.name);
  refuseForeignPage(folder);
  await prepare(call);

  const instance = prefixOf(stacks, environment);
  const outputs = await outputsOf(environment.name);
  const services = servicesOf(outputs ?? {});
  const nothing = new UserError(`${environment.name} runs nothing that could be checked`, 'npm run up');
  if (Object.keys(services).length === 0) throw nothing;
  const prefix = `${instance}-${environment.name}`;
  const target = targetOf(
    { instance, environment: environment.name, edge: `${prefix}-edge`, network: prefix },
    await ledgerAccess(environment.config.platform),
    outputs?.['place'] as Upstream | undefined,
  );
  const { on, image, network, urls } = await target.checksBeside(Object.keys(services));
  if (image === '') throw nothing;
  const secrets = owner === undefined ? undefined : await plainSecrets(owner.name, checkSecrets(owner.config, checks));
  const summaries: CheckSummary[] = [];
  const began = new Date();
  for (const check of checks) {
    call.note(`check ${check.name} (${check.type}) against ${environment.name} …`);
    const result = await runCheck({
      check: {
        name: check.name,
        type: check.type,
        environment: environment.name,
        candidate: Object.fromEntries(Object.entries(services).map(([service, { digest }]) => [service, digest])),
        urls,
        settings: check.settings,
        timeLimitSeconds: check.timeLimitSeconds,
      },
      image,
      network,
      on,
      instance,
      evidencePath: check.name,
      localFolder: path.join(folder, check.name),
      log: call.note,
      secrets,
    });
    const verdict = verdictOf[result.verdict];
    summaries.push({ name: check.name, verdict, summary: result.summary });
    call.say(`${check.name}: ${verdict}: ${result.summary}`);
  }
  const { verdict, summary } = combine(summaries);
  const run = runByHand({ environment: environment.name, verdict, summary, checks, summaries, services, began });
  keepPageHere(run, folder, Object.values(secrets ?? {}));
  call.say(`evidence: ${folder}`);
  return { passed: 0, refused: 1, unknown: 2 }[verdict];
}

/** The checks that an environment can be put through: its own gate's, else those of whoever promotes from it. @throws UserError for a variable in them that is not set */
export function checksOf(environment: EnvironmentFile, environments: readonly EnvironmentFile[]): CheckSpec[] {
  const owner = gateOwner(environment, environments);
  if (owner === undefined) return [];
  refuseUnsetVariables([owner], 'gate');
  const { checks } = owner.config.gate;
  for (const secret of Object.keys(checkSecrets(owner.config, checks) ?? {})) refuseUnsetVariables([owner], secret);
  return checks;
}

/**
 * Whether a check can be run against this environment. One with an address of its own tests what the gate tests: the
 * environment upstream of the gate's owner.
 * @throws UserError when it was asked for by name
 */
export function isAimedAt(
  environment: EnvironmentFile,
  owner: EnvironmentFile | undefined,
  { name, settings }: CheckSpec,
  only: string | undefined,
  note: (line: string) => void,
): boolean {
  const tested = owner === undefined ? undefined : upstreamOf(owner);
  if (settings['startUrl'] === undefined || tested === undefined || tested === environment.name) return true;
  const problem = `check "${name}" tests ${tested}, because its startUrl names it, and not ${environment.name}`;
  if (only !== undefined) throw new UserError(problem, `${sluice('check')} ${tested} ${name}`);
  note(`${problem}: left out`);
  return false;
}

/** Whose gate it is, and whose secrets its checks get. */
export function gateOwner(
  environment: EnvironmentFile,
  environments: readonly EnvironmentFile[],
): EnvironmentFile | undefined {
  const hasGate = (each: EnvironmentFile): boolean => each.config.gate.checks.length > 0;
  if (hasGate(environment)) return environment;
  return environments.find((each) => upstreamOf(each) === environment.name && hasGate(each));
}

function pick(checks: readonly CheckSpec[], environment: string, only: string | undefined): CheckSpec[] {
  const names = checks.map(({ name }) => name);
  if (checks.length === 0) {
    throw new UserError(
      `no gate tests ${environment}`,
      `add sluice:gate to the stack file of an environment that promotes from ${environment}`,
    );
  }
  if (only === undefined) return [...checks];
  const chosen = checks.filter(({ name }) => name === only);
  if (chosen.length > 0) return chosen;
  throw new UserError(`${environment} has no check "${only}"${didYouMean(only, names)}`, `one of: ${names.join(', ')}`);
}

function evidenceFolder(call: Call, environment: string): string {
  const given = call.options['output'];
  if (typeof given === 'string') return path.resolve(given);
  return fs.mkdtempSync(path.join(os.tmpdir(), `sluice-evidence-${environment}-`));
}
