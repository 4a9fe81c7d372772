import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../base/errors';
import { sluiceHome } from '../base/paths';
import { folderOfBackend, isOwnState, passphraseFile } from '../base/state-folder';
import type { PlatformConfig } from '../config';
import type { StackFile } from '../config/stack';
import type { PipelineDescription } from '../pipelines/description';
import { externalServerOf } from '../pipelines/kinds';
import { bucketPlace } from '../store/kinds/s3-url';
import { bucketLogin, bucketSettings } from '../store/kinds/s3-variables';
import { loginOfPerson } from './login-of-person';
import { routeOf } from './route';

/** What steps of Drone that deploy need besides Sluice's home and folders, to reach Pulumi's state and the store. By name of variable. */
export interface StateAccess {
  /** What a pipeline says in plain text. */
  variables: Record<string, string>;
  /** What it gets from Drone's secrets. */
  secrets: Record<string, string>;
}

const backendVariable = 'PULUMI_BACKEND_URL';
const tokenVariable = 'PULUMI_ACCESS_TOKEN';

/**
 * The address of the state, the login at it and at the store, and the passphrase, as whoever brings up a platform has them in the environment.
 * Nothing where all of it is in Sluice's home, and where no step of Drone deploys.
 * @param environment this process's
 * @throws UserError where the steps could not log in
 */
export function stateAccess(
  config: Pick<PlatformConfig, 'ci' | 'repositories' | 'store'>,
  stacks: readonly StackFile[],
  environment: NodeJS.ProcessEnv,
): StateAccess {
  const deploys = Object.entries(config.repositories).some(
    ([name, { branch }]) => routeOf(name, branch, stacks).environments.length > 0,
  );
  if (externalServerOf(config.ci) !== undefined || !deploys) return { variables: {}, secrets: {} };
  const { store } = config;
  const backend = environment[backendVariable] ?? '';
  const folder = folderOfBackend(backend);
  const isFolder = backend === '' || folder !== undefined;
  const isCloud = /^https?:/.test(backend);
  if (!isFolder && !isCloud && !isBucket(backend)) {
    throw new UserError(
      `${backendVariable} is ${schemeOf(backend)}://…, where steps of Drone can't log in`,
      `set ${backendVariable} to s3://BUCKET/FOLDER or file:///FOLDER, or take it out`,
    );
  }
  if (isCloud && !isGiven(environment[tokenVariable])) {
    throw new UserError(
      `${backendVariable} is entered with a login in files of this machine, which steps of Drone don't have`,
      `set ${tokenVariable}, then npm run up`,
    );
  }
  const buckets = [
    ...(isBucket(backend) ? [[backend, backendVariable] as const] : []),
    ...(isBucket(store) ? [[store, 'sluice:store'] as const] : []),
  ];
  for (const [address, said] of buckets) refuseLoginOfPerson(address, said, environment);
  const home = sluiceHome(environment);
  const isElsewhere = backend !== '' && (folder === undefined || !isOwnState(folder, home));
  const passphrase = isElsewhere ? passphraseOf(environment, passphraseFile(home), isCloud) : undefined;
  return {
    variables: plain({
      ...(isFolder ? {} : { [backendVariable]: backend }),
      ...(buckets.length === 0 ? {} : given(bucketSettings, environment)),
    }),
    secrets: {
      ...(passphrase === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE: passphrase }),
      ...(isCloud ? given([tokenVariable], environment) : {}),
      ...(buckets.length === 0 ? {} : given(bucketLogin, environment)),
    },
  };
}

/** As a pipeline's description has it: without a field that would be empty, so that a description of an older version stays as it is. */
export function describedAccess({
  variables,
  secrets,
}: StateAccess): Pick<PipelineDescription, 'stateVariables' | 'stateSecrets'> {
  const names = Object.keys(secrets);
  return {
    ...(Object.keys(variables).length === 0 ? {} : { stateVariables: variables }),
    ...(names.length === 0 ? {} : { stateSecrets: names }),
  };
}

function isBucket(address: string): boolean {
  return schemeOf(address) === 's3';
}

function schemeOf(address: string): string {
  return /^([a-z0-9+.-]+):\/\//i.exec(address)?.[1]?.toLowerCase() ?? '';
}

/** Files of the person and services of this machine are not in a step. */
function refuseLoginOfPerson(address: string, said: string, environment: NodeJS.ProcessEnv): void {
  const { profile } = bucketPlace(address, said);
  const keys = 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  if (profile !== undefined) {
    throw new UserError(
      `${said} is entered with the profile ${profile}, which steps of Drone don't have`,
      `take "profile" out of the address, set ${keys}, then npm run up`,
    );
  }
  const login = loginOfPerson(environment);
  if (login === undefined) return;
  throw new UserError(
    `${said} is entered with ${login}, which steps of Drone don't have`,
    `set ${keys}, then npm run up`,
  );
}

/**
 * What a state elsewhere is encrypted with. Pulumi reads a file without the space around its text, too.
 * @param own file of Sluice's home, which every verb names where nothing else is said; it is made with the first stack
 * @param isCloud Pulumi Cloud encrypts by itself: the home's passphrase is none of its
 * @throws UserError for an empty one, which no secret of Drone's can hold
 */
function passphraseOf(environment: NodeJS.ProcessEnv, own: string, isCloud: boolean): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: said, PULUMI_CONFIG_PASSPHRASE_FILE: given } = environment;
  if (said !== undefined) return notEmpty(said, 'PULUMI_CONFIG_PASSPHRASE');
  const file = isGiven(given) ? given : own;
  const isOwn = path.resolve(file) === path.resolve(own);
  if (isOwn && (isCloud || !existsSync(file))) return undefined;
  return notEmpty(readFileSync(file, 'utf8').trim(), isOwn ? own : 'PULUMI_CONFIG_PASSPHRASE_FILE');
}

/** @param where the variable, or the file of Sluice's home, that says it */
function notEmpty(passphrase: string, where: string): string {
  if (passphrase !== '') return passphrase;
  throw new UserError(
    `${where} gives an empty passphrase, which no secret of Drone can be`,
    `set ${where} to a passphrase, or take it out, then npm run up`,
  );
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function given(names: readonly string[], environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    names
      .map((name) => [name, environment[name]] as const)
      .filter((each): each is [string, string] => isGiven(each[1])),
  );
}

/**
 * What may stand in a pipeline in plain text.
 * @throws UserError for "$", which Drone would take for the beginning of a variable's name, and for a login within an address
 */
function plain(variables: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(variables)) {
    if (loginInAddress.test(value)) {
      throw new UserError(
        `${name} has a login in its address, which pipelines of Drone would show`,
        `set ${name} to an address without a login, then npm run up`,
      );
    }
    if (value.includes('$')) {
      throw new UserError(
        `${name} holds "$", which Drone takes for a variable`,
        `set ${name} to an address without "$"`,
      );
    }
  }
  return variables;
}

/** An "@" before the first slash, question mark or "#" of an address, also of one without a scheme. */
const loginInAddress = /^([a-z][a-z0-9+.-]*:)?[/\\]*[^/\\?#]*@/i;
