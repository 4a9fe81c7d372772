import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { projectRoot } from '../../base/paths';
import { formatRecord } from '../../releases/ledger-text';
import { FileStore } from '../../store/kinds/file';
import { readChain } from '../../store/ledger/chain';
import { readingOf } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { candidate, cutover } from '../releases/fixtures';
import { teamFolder } from '../stacks/team-of-four';
import { access } from '../targets/store-home';
import { standIns } from './stand-ins';

const [runs, offered] = [candidate('a'), candidate('b')];

describe('a person’s word about an environment on another machine, before its first update by this version', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-former-'))));
  after(() => fs.rmSync(folder, { recursive: true }));
  const file = (...names: string[]): string => path.join(folder, ...names);

  it('comes after what its machine’s former ledger tells', async () => {
    const host = await fakeSshHost();
    try {
      const { password = '', host: address, port, user, hostKey } = host.place.ssh;
      fs.cpSync(teamFolder, file('config'), { recursive: true });
      const production = file('config', 'Pulumi.production.yaml');
      const own = parse(fs.readFileSync(production, 'utf8')) as { config: Record<string, unknown> };
      const target = { kind: 'compose-ssh', host: address, port, user, hostKey, folder: host.place.folder };
      Object.assign(own.config, { 'sluice:target': target });
      fs.writeFileSync(production, stringify(own));
      fs.mkdirSync(path.join(host.place.folder, '.sluice'));
      fs.writeFileSync(path.join(host.place.folder, '.sluice', 'ledger.jsonl'), formatRecord(cutover(runs)));

      const names = { SSH_USER: user, SSH_PASSWORD: password, HARBOR_HOST: 'h.example.com' };
      const logins = { HARBOR_USERNAME: 'r', HARBOR_PASSWORD: 'x' };
      const env = { ...standIns(folder), ...names, ...logins, SLUICE_CONFIG: file('config') };
      const states = file('home', 'pulumi', '.pulumi', 'stacks', 'sluice');
      fs.mkdirSync(states, { recursive: true });
      for (const stack of ['platform', 'stage', 'production'])
        fs.writeFileSync(path.join(states, `${stack}.json`), '{}');
      const deployed = (what: typeof runs) => JSON.stringify({ services: what, deployed: { candidate: what } });
      fs.writeFileSync(file('outputs-stage'), deployed(offered));
      fs.writeFileSync(file('outputs-production'), deployed(runs));

      const digest = Object.values(offered)[0]?.digest ?? assert.fail();
      const words = ['approve', 'production', '--refuse', '--reason', 'not yet', '--candidate', digest];
      const { stderr } = await promisify(execFile)(path.join(projectRoot, 'sluice'), words, { cwd: folder, env });
      assert.match(stderr, /^production: its ledger is in the store now$/m);
      const store = new FileStore(file('home', 'store'));
      const { records } = await readChain(store, 'production', readingOf(ledgerOf(access, 'production', undefined)));
      assert.deepEqual(
        records.map(({ kind }) => kind),
        ['cutover', 'approval'],
      );
    } finally {
      await host.stop();
    }
  });
});
