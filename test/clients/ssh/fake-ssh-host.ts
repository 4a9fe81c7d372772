import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { MachinePlace } from '../../../targets/place';
import { startSshServer } from './ssh-server';

/**
 * A machine that is reached by SSH, as far as a test of this process needs one: commands run here, in `sh`, with this process's PATH
 * (and so with the docker client of a fake-docker). test/ssh-host is one with a real OpenSSH and an engine.
 */
export interface FakeSshHost {
  /** An empty folder, and the login. */
  place: MachinePlace;
  /** The command lines that were run, in order. */
  commands: string[];
  stop(): Promise<void>;
}

/** Starts it on a free port of this machine. */
export async function fakeSshHost(): Promise<FakeSshHost> {
  const server = await startSshServer();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-ssh-'));
  return {
    place: { ssh: { ...server.place, password: server.password }, folder },
    commands: server.commands,
    stop: () => {
      fs.rmSync(folder, { recursive: true, force: true });
      return server.stop();
    },
  };
}
