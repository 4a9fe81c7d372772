import { isEnvironment, type StackFile } from '../config/stack';
import type { PlatformConfig } from '../config/types';
import { storeAccess, type LedgerAccess } from '../targets/place';
import { plainSecrets } from './pulumi/secrets';

export type PlatformFile = StackFile & { config: PlatformConfig };

/**
 * How a platform's store is reached, as its file says: also before it is brought up. What of the login stands encrypted there is asked of
 * Pulumi.
 */
export async function storeNow({ name, config }: PlatformFile): Promise<Omit<LedgerAccess, 'key'>> {
  const { store, storeHostKey, sshPassword, sshPrivateKey } = config;
  const given = Object.entries({ sshPassword, sshPrivateKey }).filter(([, value]) => value !== '');
  const plain = await plainSecrets(name, Object.fromEntries(given));
  const login = { sshPassword: '', sshPrivateKey: '', ...plain };
  return storeAccess({ store, storeHostKey, ...login }, process.env['PULUMI_BACKEND_URL']);
}

/** Whether a stack is a platform. */
export function isPlatform(file: StackFile): file is PlatformFile {
  return !isEnvironment(file);
}
