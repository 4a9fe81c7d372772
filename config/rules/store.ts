import type { PlatformConfig } from '../types';
import { setCommand } from '../secrets';
import { isEnvironment, type StackFile } from '../stack';
import { variableOf, type Variables } from '../variables';
import { UserError } from '../../base/errors';
import { isImage } from '../../base/image';
import { sluiceHome } from '../../base/paths';
import { jobHere } from '../../pipelines/kinds';
import { placeOfKey, storePlace } from '../../store/where';
import { kindOf } from '../../targets/kinds';

const loginKeys = ['sshPassword', 'sshPrivateKey'] as const;

/**
 * That `sluice:store` names a store, and what one on a machine needs.
 * @param raw values as the file has them, `$NAME` for a variable
 * @throws UserError that names the key and what to write
 */
export function checkStore(
  file: string,
  config: PlatformConfig,
  raw: Readonly<Record<string, unknown>>,
): PlatformConfig {
  // In place of a variable that is not set here stands no store.
  if (variableOf(config.store) !== undefined) return config;
  const place = config.store === '' ? undefined : placeIn(file, config.store, variableOf(raw['store']));
  const given = (['storeHostKey', ...loginKeys] as const).find((key) => config[key] !== '');
  if (place?.kind !== 'ssh') {
    if (given === undefined) return config;
    throw new UserError(
      `${file}: sluice:${given} belongs to a store that is reached by SSH, but sluice:store is none`,
      `write "sluice:store: ssh://USER@HOST/FOLDER", or remove sluice:${given}, in ${file}`,
    );
  }
  if (config.storeHostKey === '') {
    throw new UserError(
      `${file}: sluice:store is reached by SSH and needs sluice:storeHostKey, by which the machine is known`,
      `write into ${file} what the machine has in /etc/ssh/ssh_host_ed25519_key.pub: "sluice:storeHostKey: ssh-ed25519 AAAA…"`,
    );
  }
  if (loginKeys.every((key) => config[key] === '')) {
    throw new UserError(
      `${file}: sluice:store is reached by SSH and needs ${loginKeys.map((key) => `sluice:${key}`).join(' or ')}`,
      `${setCommand(file, 'sshPrivateKey')}; or "sluice:sshPrivateKey: $SSH_PRIVATE_KEY" in ${file}`,
    );
  }
  return config;
}

/** The place that the key names. @param variable the one that has the value, which is not shown then */
function placeIn(file: string, store: string, variable: string | undefined): ReturnType<typeof placeOfKey> {
  try {
    return placeOfKey(store);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (variable === undefined) throw new UserError(`${file}: ${error.message}`, `in ${file}, ${error.next}`);
    throw new UserError(
      `${file}: sluice:store is $${variable}, and the value of that variable names no store`,
      `set ${variable} to s3://BUCKET/FOLDER or ssh://USER@HOST/FOLDER`,
    );
  }
}

/**
 * That there can be a store for each platform, and in a job of a CI server elsewhere one that outlasts it.
 * @param environment this process's, which says where Pulumi's state is
 * @throws UserError that names the file, and what is there instead
 */
export function refuseNoStore(stacks: readonly StackFile[], environment: Variables): void {
  const backend = environment['PULUMI_BACKEND_URL'] ?? '';
  if (backend === '') return;
  const job = isImage(environment) ? jobHere(environment) : undefined;
  for (const { name, config } of stacks) {
    if (config.role !== 'platform' || config.store !== '') continue;
    // Ledgers of environments on machines lie there then.
    const isCloud = /^https?:/.test(backend);
    if (isCloud && !stacks.some((each) => isOnPlatformsEngine(each, name))) continue;
    const file = `Pulumi.${name}.yaml`;
    const said = { backend, home: sluiceHome(environment), person: environment['HOME'] };
    const { kind } = storePlace({ ...said, key: `sluice:store in ${file}` });
    if (kind !== 'file' || job?.isPassing !== true || !job.kind.external) continue;
    const { variables, docs } = job.kind.external;
    throw new UserError(
      `${file}: sluice:store is not set and PULUMI_BACKEND_URL is a folder, but jobs of ${job.kind.title} pass between machines: what a job writes there would be gone with it`,
      `set sluice:store to s3://BUCKET/FOLDER or ssh://USER@HOST/FOLDER in ${file}, or PULUMI_BACKEND_URL to a bucket in ${variables} (${docs})`,
    );
  }
}

function isOnPlatformsEngine(stack: StackFile, platform: string): boolean {
  return isEnvironment(stack) && stack.config.platform === platform && kindOf(stack.config.target).isPlatformEngine;
}
