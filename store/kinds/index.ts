import type { SshConnection } from '../../clients/ssh/ssh';
import type { Store } from '../store';
import type { StorePlace } from '../where';
import { FileStore } from './file';
import { S3Store } from './s3';
import { SshStore } from './ssh';

/** How a machine is known and entered. */
export type MachineLogin = Pick<SshConnection, 'hostKey' | 'password' | 'privateKey'>;

/** What stores need besides their place. */
export interface StoreLogins {
  /** The environment of this process, in which a bucket's login and region may stand. */
  environment: NodeJS.ProcessEnv;
  /** How a machine is known and entered; only a store on one asks for it. */
  machine?: (host: string) => MachineLogin | undefined;
}

const keys = { place: 'sluice:store', user: 'sluice:store', hostKey: 'sluice:storeHostKey' };

/** The store at a place. Nothing is asked and nothing loaded before it is used. */
export function openStore(place: StorePlace, logins: StoreLogins): Store {
  switch (place.kind) {
    case 'file':
      return new FileStore(place.folder);
    case 's3':
      return new S3Store(place.bucket, logins.environment);
    case 'ssh': {
      const { host, port, user, folder } = place;
      const login = logins.machine?.(host);
      if (login === undefined) throw new Error(`nobody has said how ${host} is entered`);
      return new SshStore({ ssh: { host, port, user, ...login }, folder, keys });
    }
  }
}
