import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { codesIn } from '../../../base/codes';
import { removeUnused } from '../../../toolchain/plugins/docker/remove';
import { useSettings } from '../../../toolchain/plugins/docker/settings';

/** What a fake engine answers to a removal. */
type Answer = [status: number, message?: string];

describe('the stand-in docker plugin removes', () => {
  let folder: string;
  let server: http.Server;
  let answers: Answer[];
  const asked: string[] = [];

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-engine-'));
    server = http.createServer((request, response) => {
      if (request.method !== 'DELETE') return void response.setHeader('Api-Version', '1.41').end('OK');
      asked.push(request.url ?? '');
      const [status, message] = answers.shift() ?? [500, 'no more answers'];
      response.writeHead(status).end(message === undefined ? '' : JSON.stringify({ message }));
    });
    await new Promise<void>((resolve) => void server.listen(path.join(folder, 'socket'), resolve));
    useSettings({ host: `unix://${folder}/socket` });
  });
  after(() => {
    useSettings({});
    server.closeAllConnections();
    server.close();
    fs.rmSync(folder, { recursive: true });
  });

  async function remove(...given: Answer[]): Promise<string[]> {
    answers = given;
    asked.length = 0;
    const told: string[] = [];
    const operation = { signal: new AbortController().signal, status: (line: string) => void told.push(line) };
    await removeUnused('volume', '/volumes/data', operation, { force: 'true' });
    return told;
  }

  it('what nobody uses, and what is gone', async () => {
    assert.deepEqual(await remove([204]), []);
    assert.deepEqual(asked, ['/v1.41/volumes/data?force=true']);
    assert.deepEqual(await remove([404, 'no such volume']), []);
  });

  it('what containers are just leaving, and says that it waits', async () => {
    const told = await remove([409, 'remove data: volume is in use - [496cd5]'], [204]);
    assert.deepEqual(told, ['waiting for containers to leave the volume']);
    assert.equal(asked.length, 2);
  });

  it('nothing where the engine refuses for another reason', async () => {
    await assert.rejects(remove([500, 'out of order']), /out of order/);
    assert.equal(asked.length, 1);
  });

  it('nothing where no engine answers, of which it tells the address by a code', async () => {
    useSettings({ host: `unix://${folder}/none` });
    await assert.rejects(remove(), (error: Error) => {
      assert.deepEqual(codesIn(error.message), [{ code: 'engine-away', about: `unix://${folder}/none` }]);
      return true;
    });
  });
});
