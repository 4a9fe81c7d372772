import { below } from '../../../base/paths';
import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Files } from '../../../config/compose/draft';
import { projectFiles } from '../../../config/compose/files';
import { readCompose, type ComposeRequest, type ComposeResult } from '../../../config/compose/read';
import { UserError } from '../../../base/errors';

/** Where the fixtures are, as real projects write them. */
export const fixtures = path.join(__dirname, 'fixtures');

type Over = Partial<ComposeRequest>;

/** Reads a fixture's compose file. */
export function readFixture(file: string, over: Over = {}): ComposeResult {
  return readCompose(request(file, projectFiles(fixtures), over));
}

/** Reads a compose file of this text; `more` are files beside it. */
export function readText(
  text: string | Buffer,
  over: Over = {},
  more: Readonly<Record<string, string | Buffer>> = {},
): ComposeResult {
  return readCompose(request('docker-compose.yml', filesOf({ ...more, 'docker-compose.yml': text }), over));
}

function request(file: string, files: Files, over: Over): ComposeRequest {
  return { stack: 'staging', file, profiles: [], secrets: {}, bind: '', own: {}, files, ...over };
}

/** Files that are nowhere but here. */
export function filesOf(texts: Readonly<Record<string, string | Buffer>>): Files {
  const names = Object.keys(texts);
  return {
    kind: (file) =>
      Object.hasOwn(texts, file) ? 'file' : names.some((name) => name.startsWith(`${file}/`)) ? 'folder' : undefined,
    read: (file) => {
      const content = texts[file] ?? '';
      return typeof content === 'string' ? Buffer.from(content) : content;
    },
    executable: () => false,
    inside: (file) => below(file, '/nowhere') !== undefined,
    below: (folder) =>
      names.filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1)),
  };
}

/** What a person reads of a compose file that can't be had: its lines, without the first and the indentation. */
export function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message.split('\n  ').slice(1);
  }
  return assert.fail('nothing is refused');
}

/** The problems of one service `web` with these lines, which begin in line 4 of the file. */
export function problemsOfService(
  lines: string,
  over: Over = {},
  more: Readonly<Record<string, string>> = {},
): string[] {
  return problemsOf(() => readText(service(lines), over, more));
}

/** A file with a service `web`, which these lines belong to. */
export function service(lines: string): string {
  return `services:\n  web:\n    image: web@${digest}\n${lines.replace(/^/gm, '    ')}\n`;
}

export const digest = `sha256:${'a'.repeat(64)}`;
