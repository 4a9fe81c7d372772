import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A docker client whose checks end as a folder says, and which has no container otherwise. */
const program = `#!/bin/sh
case "$1" in
  cp) exec tar -cf - -C "$CHECKING_DOCKER" check ;;
  start) cat > /dev/null; cat "$CHECKING_DOCKER/said"; exit "$(cat "$CHECKING_DOCKER/code")" ;;
  logs) echo '2026-11-30T12:06:09Z cannot reach the database' ;;
  inspect | container) exit 1 ;;
esac
`;

/** Such a client in front of the PATH, with the folder that it goes by. */
export class CheckingDocker {
  private constructor(
    readonly folder: string,
    private readonly path: string | undefined,
  ) {}

  static make(): CheckingDocker {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'checking-docker-'));
    const docker = new CheckingDocker(folder, process.env['PATH']);
    docker.put('bin/docker', program);
    fs.chmodSync(path.join(folder, 'bin', 'docker'), 0o755);
    fs.mkdirSync(path.join(folder, 'check'));
    process.env['CHECKING_DOCKER'] = folder;
    process.env['PATH'] = `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
    return docker;
  }

  /** Writes a file below the folder: `check/…` of a check's container, what that `said` and its `code`. */
  put(name: string, content: string | Buffer): void {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }

  restore(): void {
    process.env['PATH'] = this.path;
    delete process.env['CHECKING_DOCKER'];
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
