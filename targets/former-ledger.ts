import { UserError } from '../base/errors';
import { dockerExec } from '../clients/docker/docker';
import { quoted, ssh, sshBytes } from '../clients/ssh/ssh';
import { filesIn, readFolder, type EvidenceFile } from './evidence-files';
import type { MachinePlace } from './place';

/** Where versions before this one kept a ledger: the name of the platform's container, or the machine whose environment it is about. */
export type FormerLedger = string | MachinePlace;

/**
 * Ends a former ledger and gives its text: from then on a folder has the name of its file, so that whoever runs an older version can't write
 * into it, and says so. Doing it again gives the same text.
 * @returns undefined where there is none
 * @throws UserError when it can't be reached: it may hold records all the same
 */
export async function endFormerLedger(place: FormerLedger): Promise<string | undefined> {
  const folder = folderOf(place);
  const [file, ended] = [quoted(`${folder}/ledger.jsonl`), quoted(`${folder}/ledger.jsonl.ended`)];
  // A file that an older version has made since is one more part of it.
  const script = [
    // What could not be moved is not taken for none.
    'set -e',
    `if [ -f ${file} ] && [ ! -e ${ended} ]; then mv ${file} ${ended}; fi`,
    `if [ -f ${file} ]; then cat ${file} >> ${ended}; rm ${file}; fi`,
    `if [ -f ${ended} ]; then mkdir -p ${file}; cat ${ended}; fi`,
  ].join('; ');
  const text = await read(place, script);
  return text === '' ? undefined : text;
}

/**
 * Whether there is a former ledger, which may have ended.
 * @throws UserError when that can't be told
 */
export async function hasFormerLedger(place: FormerLedger): Promise<boolean> {
  const file = quoted(`${folderOf(place)}/ledger.jsonl`);
  return (await read(place, `if [ -e ${file} ] || [ -e ${file}.ended ]; then echo yes; fi`)) !== '';
}

/** What a former ledger's evidence has of an environment, by names from its folder on. */
export async function formerEvidence(place: FormerLedger, environment: string): Promise<EvidenceFile[]> {
  if (typeof place === 'string') {
    const root = `/ledger/evidence/${environment}`;
    const { code } = await dockerExec(place, ['test', '-d', root], { allowFailure: true });
    return code === 0 ? readFolder(place, root) : [];
  }
  const above = quoted(`${place.folder}/.sluice/evidence`);
  const command = `test ! -d ${above}/${quoted(environment)} || tar -cf - -C ${above} ${quoted(environment)}`;
  const { result, stdout } = await sshBytes(place.ssh, command, { timeoutSeconds: 600 });
  if (result.code !== 0) throw new Error(`${place.ssh.host}: ${result.stderr.trim()}`);
  return stdout.length === 0 ? [] : filesIn(stdout);
}

/** What a script prints there. @throws UserError when it can't be run, or fails */
async function read(place: FormerLedger, script: string): Promise<string> {
  const { code, stdout, stderr } = await onPlace(place, script);
  if (code === 0) return stdout;
  throw new UserError(
    `the former ledger in ${describeFormer(place).name} can't be read: ${stderr.trim()}`,
    `${typeof place === 'string' ? `docker start ${place}` : `look at ${folderOf(place)} there`}, then npm run up`,
    1,
  );
}

async function onPlace(place: FormerLedger, script: string): Promise<{ code: number; stdout: string; stderr: string }> {
  if (typeof place !== 'string') return ssh(place.ssh, script, { timeoutSeconds: 120 });
  return dockerExec(place, ['sh', '-c', script], { allowFailure: true, timeoutSeconds: 120 });
}

/** As people may read it, and the file that has its text once it has ended. It holds no secret. */
export function describeFormer(place: FormerLedger): { name: string; file: string } {
  const name = typeof place === 'string' ? place : `${place.ssh.user}@${place.ssh.host}:${place.folder}/.sluice`;
  return { name, file: `${folderOf(place)}/ledger.jsonl.ended` };
}

function folderOf(place: FormerLedger): string {
  return typeof place === 'string' ? '/ledger' : `${place.folder}/.sluice`;
}
