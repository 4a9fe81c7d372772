import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { docker } from '../../clients/docker/docker';
import type { HolderFacts } from './lock';

/** Looks at this host and its engine. An engine that does not answer leaves containers unknown, so alive. */
export async function gatherFacts(): Promise<HolderFacts> {
  return { host: os.hostname(), processStart, ...(await engineFacts()) };
}

async function engineFacts(): Promise<Pick<HolderFacts, 'engineHost' | 'runningContainers'>> {
  const unknown = { engineHost: undefined, runningContainers: undefined };
  try {
    const options = { allowFailure: true, timeoutSeconds: 20 };
    const [name, running] = await Promise.all([
      docker(['info', '--format', '{{.Name}}'], options),
      docker(['ps', '--quiet', '--no-trunc'], options),
    ]);
    if (name.code !== 0 || running.code !== 0) return unknown;
    return { engineHost: name.stdout.trim(), runningContainers: running.stdout.split('\n').filter((id) => id !== '') };
  } catch {
    return unknown;
  }
}

/** When a process of this host began; a zombie counts as gone. */
export function processStart(pid: number): Date | undefined {
  const boot = bootTime();
  if (boot === undefined) return startByPs(pid);
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the state is the first field after it, the start the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Linux counts the start in hundredths of a second for user space, whatever the kernel's own tick is.
    return fields[0] === 'Z' ? undefined : new Date((boot + Number(fields[19]) / 100) * 1000);
  } catch {
    return undefined;
  }
}

/** Seconds since 1970 at which Linux booted; undefined on other systems. */
function bootTime(): number | undefined {
  try {
    const line = /^btime (\d+)$/m.exec(fs.readFileSync('/proc/stat', 'utf8'));
    return line === null ? undefined : Number(line[1]);
  } catch {
    return undefined;
  }
}

/** Not base/process, which does not wait in place: a lock is judged at one go. */
function startByPs(pid: number): Date | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() === '' ? undefined : new Date(text.trim());
  } catch {
    return undefined;
  }
}
