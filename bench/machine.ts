import * as os from 'node:os';
import { docker } from '../clients/docker/docker';

/** What figures belong to: processors, memory, system, engine, Node. */
export async function machineText(): Promise<string> {
  const processors = os.cpus();
  const engine = await docker(['version', '--format', '{{.Server.Version}}'], { allowFailure: true });
  return [
    `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}`,
    `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    `${os.type()} ${os.release()} ${os.arch()}`,
    `Docker ${engine.stdout.trim() || 'unknown'}`,
    `Node ${process.versions.node}`,
    `load average ${os
      .loadavg()
      .map((each) => each.toFixed(1))
      .join(' ')} at the end`,
  ].join(', ');
}
