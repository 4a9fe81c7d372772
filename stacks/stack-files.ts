import * as fs from 'node:fs';
import * as path from 'node:path';
import { hasEncryptedValues } from '../base/encrypted-values';
import { configRoot } from '../base/paths';
import { filesOfStacks, stacksOfPlatform } from '../config/files-of-stacks';
import type { StackFile } from '../config/stack';
import { bundleOf } from '../store/bundle/archive';

/**
 * The stack files of a platform and its environments, with what they name, as one archive. It holds no secret but those that are encrypted.
 * @param root the folder of the stack files
 */
export function stackFilesOf(platform: string, stacks: readonly StackFile[], root = configRoot()): Promise<Buffer> {
  const names = filesOfStacks(stacksOfPlatform(platform, stacks), root);
  return bundleOf(
    names.map((name) => {
      const file = path.join(root, name);
      const isExecutable = (fs.statSync(file).mode & 0o111) !== 0;
      return { name, content: withoutSalt(name, fs.readFileSync(file)), isExecutable };
    }),
  );
}

/**
 * A stack file without its salt, which differs from checkout to checkout. Where values are encrypted it stays: nothing but the very salt that they
 * were encrypted with opens them, and a job elsewhere has no other. Any other file as it is.
 */
export function withoutSalt(file: string, content: Buffer): Buffer {
  const text = content.toString('utf8');
  if (!/^Pulumi\..+\.yaml$/.test(file) || hasEncryptedValues(text)) return content;
  return Buffer.from(text.replace(/^encryptionsalt:.*\n?/gm, ''));
}
