import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runStarted } from '../../base/process';
import { inspectContainer } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { endFormerLedger } from '../../targets/former-ledger';
import { lastRecords } from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import { shortDigest } from '../../releases/names';
import { history } from '../../releases/history';
import { parseLedger } from '../../releases/ledger-text';
import { merged } from '../../releases/merged';
import type { LedgerRecord } from '../../releases/ledger';
import type { PlatformWithServers } from '../platform';

/** Where backups go: outside the checkout and outside what destroy removes. */
export function backupFolder(environment: NodeJS.ProcessEnv, now: Date): string {
  const home = environment['HOME'] ?? os.homedir();
  const data = environment['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share');
  return path.join(data, 'sluice', 'backups', now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', ''));
}

/** A platform that is to be saved. */
export interface ToSave {
  /** What the names of its Docker objects begin with. */
  instance: string;
  /** Has its repositories; @default none: they are elsewhere, or gone */
  servers?: PlatformWithServers;
}

/**
 * Saves what people may miss: each repository with all branches and tags as a git bundle (`git clone FILE` reads it),
 * the records of the ledgers, and a summary of them to read.
 * @param ledgers of its environments
 * @throws Error when something can't be saved; there is no folder then
 */
export async function backUp(platform: ToSave, ledgers: readonly LedgerPlace[], folder: string): Promise<void> {
  // Half a backup would be taken for a whole one: it has its name once everything is in it.
  const draft = `${folder}.unfinished`;
  fs.mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    await save(platform, ledgers, draft);
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

async function save({ instance, servers }: ToSave, ledgers: readonly LedgerPlace[], folder: string): Promise<void> {
  if (servers !== undefined) {
    for (const [name, { cloneUrl }] of Object.entries(servers.repositories)) {
      await bundle(servers, cloneUrl, path.join(folder, `${name}.bundle`));
    }
  }
  const own = await Promise.all(
    ledgers.map(async (ledger) => (await lastRecords(ledger, Infinity)).past.map(({ record }) => record)),
  );
  const known = new Set(ledgers.filter((_, index) => own[index]?.length !== 0).map(({ environment }) => environment));
  // Where all have records, nothing is left in a container. An update that has failed has taken over some, or none.
  const former = known.size > 0 && known.size === ledgers.length ? [] : await formerRecords(`${instance}-ledger`);
  const records = merged([...own, former.filter(({ environment }) => !known.has(environment))]);
  fs.writeFileSync(path.join(folder, 'ledger.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  fs.writeFileSync(path.join(folder, 'ledger.txt'), `${summarise(records).join('\n')}\n`);
}

/** What a version before this one has kept in a container that is still there. */
async function formerRecords(container: string): Promise<LedgerRecord[]> {
  if ((await inspectContainer(container)) === undefined) return [];
  return parseLedger((await endFormerLedger(container)) ?? '');
}

/** One line per record, oldest first. */
export function summarise(records: readonly LedgerRecord[]): string[] {
  return records.map((record) => {
    const what = Object.values(record.candidate)
      .map(({ service, digest, revision }) => `${service} ${shortDigest(digest)} ${revision.slice(0, 8)}`.trimEnd())
      .join(', ');
    const said = wordsOf(record);
    const by = record.by === undefined ? '' : `  by ${record.by}`;
    return `${record.at}  ${record.environment}  ${said}  (${what})${by}`;
  });
}

/** What a record tells, as `history` calls it. Of kinds that `history` leaves out, what happened. */
function wordsOf(record: LedgerRecord): string {
  switch (record.kind) {
    case 'retired':
      return 'images removed';
    case 'switch':
      return 'about to be switched to';
    default: {
      const [event] = history([record]);
      return [event?.what ?? record.kind, event?.summary ?? ''].filter((part) => part !== '').join(': ');
    }
  }
}

/** Clones with the machine's login and packs, inside the platform's network: this host need not have git. */
const script = [
  'cd "$(mktemp -d)"',
  'git clone --quiet --mirror "$CLONE_URL" repository >&2',
  'git -C repository bundle create --quiet - --all',
].join(' && ');

async function bundle(platform: PlatformWithServers, cloneUrl: string, file: string): Promise<void> {
  const internal = new URL(cloneUrl);
  internal.host = `${platform.gitHost.container}:3000`;
  const { username, password } = platform.gitLogin;
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  // The values go through the client's environment, so that no process list shows them.
  const environment = {
    CLONE_URL: internal.href,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${login}`,
  };
  const args = [
    ...['run', '--rm', '--network', platform.network, '--entrypoint', 'sh'],
    ...['--label', `${labels.instance}=${platform.instance}`, '--label', `${labels.role}=backup`],
    ...['--user', '65534:65534', '--env', 'HOME=/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--memory', '512m', '--memory-swap', '512m', '--cpu-shares', '1024', '--pids-limit', '64'],
    ...['--ulimit', 'core=0', '--ulimit', 'nofile=1024', '--read-only', '--volume', '/tmp'],
    ...Object.keys(environment).flatMap((name) => ['--env', name]),
    ...[platform.toolImages.tools, '-c', script],
  ];
  // Before anything is in it.
  fs.writeFileSync(file, '', { mode: 0o600 });
  try {
    const { code, stderr } = await runStarted('docker', args, {
      env: { ...process.env, ...environment },
      stdoutFile: file,
    });
    if (code !== 0) throw new Error(stderr.trim().split('\n').slice(-3).join('\n'));
  } catch (error) {
    fs.rmSync(file, { force: true });
    throw new Error(`${path.basename(file)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
