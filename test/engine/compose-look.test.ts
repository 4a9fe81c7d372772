import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { lookAt } from '../../engine/compose-look';
import { readLedger } from '../../engine/ledger';
import type { UserError } from '../../errors';
import { assertTold } from '../errors/told';
import { startSshServer, type SshServer } from './ssh-server';

describe('a compose project on another machine', () => {
  let server: SshServer;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-compose-look-'));
  before(async () => {
    server = await startSshServer();
  });
  after(() => {
    server.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const place = (where: string) => ({ ssh: { ...server.place, password: server.password }, folder: where });

  it('that is not there: neither the folder nor the file in it', async () => {
    for (const [where, says] of [
      [`${folder}/none`, /No such file|can't cd/],
      [folder, /No such file/],
    ] as const) {
      await assert.rejects(lookAt(place(where)), (error: UserError) => {
        assertTold('noComposeFile', error);
        assert.ok(error.message.startsWith(`127.0.0.1 has no ${where}/docker-compose.yml that deploy may read: `));
        assert.match(error.message, says);
        return true;
      });
    }
  });

  it('has nothing in its ledger before anything was deployed', async () => {
    assert.deepEqual(await readLedger(place(folder)), []);
  });
});
