import * as path from 'node:path';
import { UserError } from '../base/errors';
import { folderOfBackend, isOwnState } from '../base/state-folder';
import { visibleLine } from '../base/visible';
import { bucketPlace, type BucketPlace } from './kinds/s3-url';

/** Which store it is. It holds no secret. */
export type StorePlace =
  | { kind: 'file'; folder: string }
  | { kind: 's3'; bucket: BucketPlace }
  | { kind: 'ssh'; host: string; port: number; user: string; folder: string };

/** What says where the store is. */
export interface StoreSaid {
  /** `sluice:store`: `s3://BUCKET/FOLDER…` or `ssh://USER@HOST[:PORT]/FOLDER`; goes before the backend. */
  store?: string | undefined;
  /** `PULUMI_BACKEND_URL`; without it Pulumi's state is in Sluice's home. */
  backend?: string | undefined;
  /** Sluice's home, an absolute path. */
  home: string;
  /** The home of the person, which `file://~` names; @default as the system knows it */
  person?: string | undefined;
  /** What a message tells to set; @default `sluice:store` */
  key?: string;
}

const ownKey = 'sluice:store';
const choices = 's3://BUCKET/FOLDER or ssh://USER@HOST/FOLDER';

/**
 * Where the store is: where `sluice:store` says, else beside Pulumi's state.
 * @throws UserError for what is no place of a store, and for state in a place that has not been tried
 */
export function storePlace({ store, backend, home, person, key = ownKey }: StoreSaid): StorePlace {
  const own: StorePlace = { kind: 'file', folder: path.join(home, 'store') };
  if (store !== undefined && store !== '') return placeOfKey(store);
  if (backend === undefined || backend === '') return own;
  const said = 'PULUMI_BACKEND_URL';
  switch (schemeOf(backend)) {
    case 'file': {
      // Whoever shares the folder has another home.
      const folder = folderOfBackend(backend, person);
      if (folder === undefined || isOwnState(folder, home)) return own;
      return { kind: 'file', folder: path.join(folder, 'sluice') };
    }
    case 's3': {
      const bucket = bucketPlace(backend, said);
      return { kind: 's3', bucket: { ...bucket, prefix: bucket.prefix === '' ? 'sluice' : `${bucket.prefix}/sluice` } };
    }
    case 'gs':
    case 'azblob':
      throw new UserError(
        `${said} is ${schemeOf(backend)}://…, and a store in such a bucket has not been tried`,
        `set ${key} to ${choices}`,
      );
    case 'http':
    case 'https':
      throw new UserError(
        `${said} is Pulumi Cloud, or a server like it, which keeps nothing but Pulumi's own state`,
        `set ${key} to ${choices}`,
      );
    default:
      throw new UserError(
        `${said} begins with "${schemeOf(backend)}", beside which there can't be a store`,
        `set ${key} to ${choices}, or correct ${said}`,
      );
  }
}

/**
 * The store that `sluice:store` names.
 * @throws UserError for what is no place of a store
 */
export function placeOfKey(store: string): StorePlace {
  switch (schemeOf(store)) {
    case 's3':
      return { kind: 's3', bucket: bucketPlace(store, ownKey) };
    case 'ssh':
      return machineFolder(store);
    case 'file':
      throw new UserError(
        `${ownKey} is a folder of this machine; such a store is always beside Pulumi's state`,
        `take ${ownKey} out; PULUMI_BACKEND_URL=file:///FOLDER has both in that folder, SLUICE_HOME both in another home`,
      );
    default:
      throw new UserError(`${ownKey} begins with "${schemeOf(store)}", which is no kind of store`, `write ${choices}`);
  }
}

function machineFolder(store: string): StorePlace {
  const wrong = (what: string, next = 'write ssh://USER@HOST/FOLDER, or ssh://USER@HOST:PORT/FOLDER'): UserError =>
    new UserError(`${ownKey} ${what}`, next);
  const url = URL.canParse(store) ? new URL(store) : undefined;
  if (url === undefined || url.hostname === '') throw wrong('is no address of a folder on a machine');
  // Not shown: it is a secret.
  if (url.password !== '')
    throw wrong('holds a password', 'take it out, and set sluice:sshPassword or sluice:sshPrivateKey');
  if (url.username === '') throw wrong(`does not say who logs in at ${visibleLine(url.hostname)}`);
  if (url.search !== '' || url.hash !== '') throw wrong('has more than a folder after the machine');
  const folder = decoded(url.pathname)?.replace(/\/+$/, '') ?? '';
  if (folder === '') throw wrong(`names no folder on ${visibleLine(url.hostname)}`);
  // eslint-disable-next-line no-control-regex -- a folder's name in a message and in a command is on one line
  if (/[\u0000-\u001f\u007f]/.test(folder)) throw wrong('names a folder with control characters');
  const user = decoded(url.username);
  if (user === undefined) throw wrong('is no address of a folder on a machine');
  // An IPv6 address stands in brackets in an address only.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { kind: 'ssh', host, port: url.port === '' ? 22 : Number(url.port), user, folder };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** What stands before `://`; of anything else, its beginning, which may be the start of a path. */
function schemeOf(text: string): string {
  return /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase() ?? visibleLine(text.slice(0, 12));
}
