import * as fs from 'node:fs';
import * as path from 'node:path';
import { S3Store } from '../../store/kinds/s3';
import { bucketPlace } from '../../store/kinds/s3-url';
import { stateFolder } from '../../base/state-folder';
import { parseLock, type Lock } from './lock';

/** Where Pulumi keeps the locks of a stack. */
export interface LockPlace {
  /** The folder that it is, where Pulumi's state is in one of this machine. */
  folder?: string;
  list(): Promise<Lock[]>;
  /** Takes this very lock away, and none that came meanwhile. */
  remove(lock: Pick<Lock, 'id'>): Promise<void>;
}

const ending = '.json';

function locksIn(stack: string): string {
  return `.pulumi/locks/organization/sluice/${stack}`;
}

/** Where Pulumi's locks of a stack can be looked at; undefined where they can't: in Pulumi Cloud, and in a bucket of a kind that we have no client for. */
export function lockPlace(stack: string, environment = process.env): LockPlace | undefined {
  const folder = stateFolder(environment);
  if (folder !== undefined) return folderOfLocks(path.join(folder, locksIn(stack)));
  const backend = environment['PULUMI_BACKEND_URL'] ?? '';
  return backend.startsWith('s3://') ? bucketOfLocks(stack, backend, environment) : undefined;
}

/** Those of a state in a folder. */
export function folderOfLocks(folder: string): LockPlace {
  return {
    folder,
    list: () => Promise.resolve(readLocks(folder)),
    remove: ({ id }) => {
      for (const name of [id + ending, `${id}${ending}.attrs`]) fs.rmSync(path.join(folder, name), { force: true });
      return Promise.resolve();
    },
  };
}

function readLocks(folder: string): Lock[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).flatMap((name) => {
    if (!name.endsWith(ending)) return [];
    try {
      const text = fs.readFileSync(path.join(folder, name), 'utf8');
      return parseLock(text, { id: name.slice(0, -ending.length), isHere: true }) ?? [];
    } catch {
      return [];
    }
  });
}

function bucketOfLocks(stack: string, backend: string, environment: NodeJS.ProcessEnv): LockPlace {
  const bucket = bucketPlace(backend, 'PULUMI_BACKEND_URL');
  const prefix = [bucket.prefix, locksIn(stack)].filter((part) => part !== '').join('/');
  const store = new S3Store({ ...bucket, prefix }, environment);
  return {
    list: async () =>
      (await store.readAll('')).flatMap(({ name, content }) => {
        if (!name.endsWith(ending)) return [];
        return parseLock(content.toString(), { id: name.slice(0, -ending.length), isHere: false }) ?? [];
      }),
    remove: ({ id }) => store.remove(id + ending),
  };
}
