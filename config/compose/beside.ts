import * as path from 'node:path';
import { outsideProject } from '../../base/paths';
import { badLine, notUtf8 } from '../../base/utf8';
import type { GivenFile } from '../schema/service';
import type { Context } from './draft';
import { refuse, type Problems, type Spot } from './values';

/** More files, or larger ones, belong into an image. */
const most = { files: 50, bytes: 256 * 1024 };

/**
 * The path of something beside a compose file, from the project's folder.
 * @param file as it is written, relative to the file that it is written in
 * @returns undefined for what is outside the project
 */
export function projectPath(spot: Spot, file: string, { files }: Pick<Context, 'files'>): string | undefined {
  const whole = path.posix.normalize(path.posix.join(path.posix.dirname(spot.node.at.file), file));
  if (!path.posix.isAbsolute(file) && files.inside(whole)) return whole.replace(/\/$/, '');
  return refuse(spot, outsideProject(file));
}

/** A text file of the project. */
export function readText(spot: Spot, file: string, context: Context): string | undefined {
  const whole = projectPath(spot, file, context);
  if (whole === undefined) return undefined;
  if (context.files.kind(whole) !== 'file') return refuse(spot, `there is no file ${whole}`);
  context.uses(whole);
  return textIn(context, whole, spot.problems);
}

/** A file's text. A byte in it that is none is a problem. */
export function textIn({ files }: Pick<Context, 'files'>, file: string, problems: Problems): string {
  const bytes = files.read(file);
  const line = badLine(bytes);
  if (line !== undefined) problems.refuse({ file, line }, 'text', `${notUtf8}: save the file as UTF-8`);
  return bytes.toString('utf8');
}

/**
 * Files that a release is given: one, or all of a folder. Their content is part of the release, so that it is the same on
 * every machine, and another content is another release.
 * @param target path in the container
 */
export function readFiles(spot: Spot, source: string, target: string, context: Context): Record<string, GivenFile> {
  const whole = projectPath(spot, source, context);
  if (whole === undefined) return {};
  const kind = context.files.kind(whole);
  if (kind === undefined) {
    refuse(spot, `there is no file ${whole}`);
    return {};
  }
  const names = kind === 'file' ? [''] : context.files.below(whole);
  if (names.length > most.files) {
    refuse(spot, `${whole} holds ${names.length} files; more than ${most.files} belong into an image`);
    return {};
  }
  let bytes = 0;
  const files = names.map((name): [string, GivenFile] => {
    const from = path.posix.join(whole, name);
    context.uses(from);
    const content = context.files.read(from);
    bytes += content.length;
    return [path.posix.join(target, name), fileOf(content, context.files.executable(from) ? '0755' : '0644')];
  });
  if (bytes > most.bytes) {
    refuse(spot, `${whole} is ${Math.ceil(bytes / 1024)} KiB; more than ${most.bytes / 1024} belong into an image`);
    return {};
  }
  return Object.fromEntries(files);
}

/** Content as a container is given it. */
export function fileOf(content: Buffer, mode: string): GivenFile {
  const text = content.toString('utf8');
  if (Buffer.from(text).equals(content) && text !== '') return { content: text, mode };
  return { content: content.toString('base64'), encoding: 'base64', mode };
}
