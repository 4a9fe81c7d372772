import * as fs from 'node:fs';
import * as path from 'node:path';

/** The folder of what a check leaves. */
export class Evidence {
  private readonly log: string[] = [];

  constructor(readonly folder: string) {
    fs.mkdirSync(folder, { recursive: true });
  }

  /** Where a file of this name is to be. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Buffer): void {
    fs.writeFileSync(this.file(name), content);
  }

  /** Adds a line with the time to the check's log, `check.log`. */
  note(line: string): void {
    this.log.push(`${new Date().toISOString()} ${line}`);
    this.write('check.log', this.log.join('\n') + '\n');
  }

  /** Names of all files, sorted. */
  files(): string[] {
    return fs.readdirSync(this.folder).sort();
  }
}
