import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { formatRecord, parseLedger } from '../../releases/ledger-text';
import type { LedgerRecord } from '../../releases/ledger';

/** A docker client for which a folder is the ledger's container: files go in and out as archives. Its checks end as the folder says. */
const program = `#!/bin/sh
case "$1" in
  exec)
    case "$*" in
      *' test -d /ledger/'*) test -d "$FOLDER_LEDGER/\${5#/ledger/}" ;;
      *'cat >> '*) cat >> "$FOLDER_LEDGER/ledger.jsonl" ;;
      *ledger.jsonl*) cat "$FOLDER_LEDGER/ledger.jsonl" ;;
    esac ;;
  cp)
    if [ "$2" = - ]; then exec tar -xf - -C "$FOLDER_LEDGER"; fi
    case "$2" in *:/ledger/*) at="$FOLDER_LEDGER/\${2#*:/ledger/}" ;; *) at="$FOLDER_LEDGER/check" ;; esac
    exec tar -cf - -C "$(dirname "$at")" "$(basename "$at")" ;;
  start) cat > /dev/null; cat "$FOLDER_LEDGER/said"; exit "$(cat "$FOLDER_LEDGER/code")" ;;
  logs) echo '2026-11-30T12:06:09Z cannot reach the database' ;;
  inspect | container) exit 1 ;;
esac
`;

/** A ledger in a folder, reached as one in a container is. */
export class FolderLedger {
  readonly name = 'sluice-ledger';
  private constructor(
    readonly folder: string,
    private readonly path: string | undefined,
  ) {}

  static make(): FolderLedger {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'folder-ledger-'));
    const ledger = new FolderLedger(folder, process.env['PATH']);
    ledger.put('bin/docker', program);
    fs.chmodSync(path.join(folder, 'bin', 'docker'), 0o755);
    ledger.put('ledger.jsonl', '');
    fs.mkdirSync(path.join(folder, 'check'));
    process.env['FOLDER_LEDGER'] = folder;
    process.env['PATH'] = `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
    return ledger;
  }

  /** Writes a file below the folder: `evidence/…` of the ledger, `check/…` of a check's container, what that `said` and its `code`. */
  put(name: string, content: string | Buffer): void {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }

  append(...records: readonly LedgerRecord[]): void {
    fs.appendFileSync(path.join(this.folder, 'ledger.jsonl'), records.map(formatRecord).join(''));
  }

  get records(): LedgerRecord[] {
    return parseLedger(this.read('ledger.jsonl'));
  }

  read(name: string): string {
    return fs.readFileSync(path.join(this.folder, name), 'utf8');
  }

  restore(): void {
    process.env['PATH'] = this.path;
    delete process.env['FOLDER_LEDGER'];
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
