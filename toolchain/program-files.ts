import * as fs from 'node:fs';
import * as path from 'node:path';
import { hashOf } from './hash';

/** The rooms of the program, which floors.mjs tells of. What else lies in a checkout is somebody's own. */
const rooms = new Set([
  'actions',
  'audit',
  'base',
  'bin',
  'checks',
  'cli',
  'clients',
  'components',
  'config',
  'operations',
  'pipelines',
  'releases',
  'stacks',
  'store',
  'targets',
  'toolchain',
]);

/** What it needs beside them: how it is loaded, what Pulumi reads of it, the packages that it needs. */
const besideRooms = new Set([
  'LICENSE',
  'Pulumi.yaml',
  'index.ts',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
]);

/** A page for people is no reason to make the image anew; neither are the scenarios, which stack files name. */
const noProgram = /(^|\/)\.|\.(log|md)$|^checks\/scenarios\//;

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
 * The program's own files: what a pipeline's step needs to deploy, but for the stack files and what these name. Those come from the store: what a
 * team configures is no part of the image.
 */
export function programFiles(root: string): string[] {
  return wantedFilesBelow(root, (name) => rooms.has(name) || besideRooms.has(name)).filter(
    (name) => !noProgram.test(name),
  );
}

/** A program file and a hash of what goes into the image of it. */
export interface ProgramFile {
  name: string;
  hash: string;
}

/** The program as it is now. */
export function readProgram(root: string): ProgramFile[] {
  return programFiles(root).map((name) => ({
    name,
    hash: hashOf(fs.readFileSync(path.join(root, name)).toString('base64')),
  }));
}
