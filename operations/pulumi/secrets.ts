import { configRoot, sluiceHome } from '../../base/paths';
import { encrypted } from '../../config/stack-file';
import { pulumi } from './outputs';
import { copyStackConfig } from './stack-config';

/**
 * The plain texts of config values, by key. What stands encrypted in a stack's file is asked of Pulumi, which prints it
 * into this process and nowhere else.
 * @param values as the stack's file was read
 */
export async function plainSecrets(
  stack: string,
  values: Readonly<Record<string, string>> | undefined,
): Promise<Record<string, string> | undefined> {
  if (values === undefined) return undefined;
  copyStackConfig(configRoot(), sluiceHome(), stack);
  const plain: [string, string][] = [];
  for (const [key, value] of Object.entries(values)) {
    const text = value === encrypted ? await pulumi('config', 'get', `sluice:${key}`, '--stack', stack) : value;
    plain.push([key, text.trim()]);
  }
  return Object.fromEntries(plain);
}
