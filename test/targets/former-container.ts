import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A docker client for which a folder is `/ledger` of every container: commands run here, and folders come out as archives. */
const program = `#!/bin/sh
here() { printf %s "$1" | sed "s#/ledger/#$FORMER_LEDGER/ledger/#g"; }
case "$1" in
  exec)
    shift 2
    if [ "$1" = sh ]; then exec sh -c "$(here "$3")"; fi
    exec "$1" "$2" "$(here "$3")" ;;
  cp)
    at="$FORMER_LEDGER/\${2#*:/}"
    exec tar -cf - -C "$(dirname "$at")" "$(basename "$at")" ;;
  container)
    if [ -e "$FORMER_LEDGER/gone" ] && [ ! -e "$FORMER_LEDGER/$3" ]; then echo "Error: No such container: $3" >&2; exit 1; fi
    echo '[{}]' ;;
  volume) echo sluice-ledger ;;
  run)
    while [ "$1" != --name ]; do shift; done
    touch "$FORMER_LEDGER/$2" ;;
  rm) rm "$FORMER_LEDGER/$3" ;;
esac
`;

/** The container in which versions before this one kept the ledger, as far as its folder goes. */
export class FormerContainer {
  readonly name = 'sluice-ledger';
  private constructor(
    readonly folder: string,
    private readonly path: string | undefined,
  ) {}

  /** One that has this text. */
  static make(text: string): FormerContainer {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'former-container-'));
    const container = new FormerContainer(folder, process.env['PATH']);
    fs.mkdirSync(path.join(folder, 'bin'));
    fs.writeFileSync(path.join(folder, 'bin', 'docker'), program, { mode: 0o755 });
    process.env['FORMER_LEDGER'] = folder;
    process.env['PATH'] = `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
    container.put('ledger.jsonl', text);
    return container;
  }

  /** Where a file of `/ledger` is here. */
  at(name: string): string {
    return path.join(this.folder, 'ledger', name);
  }

  put(name: string, content: string): void {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), content);
  }

  /** From now on its volume is all that is left. */
  prune(): void {
    fs.writeFileSync(path.join(this.folder, 'gone'), '');
  }

  restore(): void {
    process.env['PATH'] = this.path;
    delete process.env['FORMER_LEDGER'];
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
