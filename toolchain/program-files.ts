import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { hasEncryptedValues } from '../base/encrypted-values';
import { filesOfCompose } from '../config/compose';
import { hashOf } from './hash';

/** Folders of a checkout that checks and deployments don't need. */
const leftOut = new Set(['node_modules', '.git', 'docs', 'storedog', 'test', 'bench', 'coverage']);
/** Files that they don't need; a page for people is no reason to make the image anew. */
const noProgram = /^\.|\.(log|md)$/;

/** All files below a folder for whose top-level name `wanted` says yes, as relative paths in a fixed order. */
export function wantedFilesBelow(root: string, wanted: (topLevelName: string) => boolean): string[] {
  const walk = (folder: string): string[] =>
    fs
      .readdirSync(path.join(root, folder), { withFileTypes: true })
      .filter((entry) => folder !== '' || wanted(entry.name))
      .filter((entry) => entry.name !== 'node_modules')
      .flatMap((entry) => {
        const name = path.join(folder, entry.name);
        return entry.isDirectory() ? walk(name) : entry.isFile() ? [name] : [];
      });
  return walk('').sort();
}

/**
 * The program's own files: what a pipeline's step needs to deploy. Those that compose files lead to are among them wherever they
 * are, `.env` too; files of secrets are not.
 */
export function programFiles(root: string): string[] {
  const own = wantedFilesBelow(root, (name) => !leftOut.has(name) && !noProgram.test(name));
  const led = own.flatMap((name) => {
    const [, stack] = /^Pulumi\.([A-Za-z0-9_-]+)\.yaml$/.exec(name) ?? [];
    return stack === undefined
      ? []
      : [filesOfCompose(stack, configOf(fs.readFileSync(path.join(root, name), 'utf8')), root)];
  });
  const secret = new Set(led.flatMap((each) => each.secret));
  const all = new Set([...own, ...led.flatMap(({ read }) => read)]);
  return [...all].filter((name) => !secret.has(name)).sort();
}

/** A stack file's values by key, without what keys begin with; none of a file that can't be read, which `up` tells of. */
function configOf(text: string): Record<string, unknown> {
  try {
    const { config } = parse(text, { logLevel: 'silent' }) as { config?: Record<string, unknown> | null };
    return Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [key.replace(/^sluice:/, ''), value]));
  } catch {
    return {};
  }
}

/** A program file and a hash of what goes into the image of it. */
export interface ProgramFile {
  name: string;
  hash: string;
}

/** The program as it is now. */
export function readProgram(root: string): ProgramFile[] {
  return programFiles(root).map((name) => ({ name, hash: hashOf(programText(root, name).toString('base64')) }));
}

/**
 * A program file as it goes into the image. A stack's salt is no part of the program: it differs from checkout to checkout, and
 * the state knows it. Where values are encrypted it stays: they open with the salt that they were encrypted with alone, and a state may have been made
 * with another one.
 */
export function programText(root: string, file: string): Buffer {
  const content = fs.readFileSync(path.join(root, file));
  const text = content.toString('utf8');
  if (!/^Pulumi\..+\.yaml$/.test(file) || hasEncryptedValues(text)) return content;
  return Buffer.from(text.replace(/^encryptionsalt:.*\n?/gm, ''));
}
