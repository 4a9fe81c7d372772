import assert from 'node:assert/strict';
import { evidenceAt, nameOfPlace, type MachinePlace } from '../../targets/place';

const place: MachinePlace = {
  ssh: { host: 'pilot.example.com', port: 2222, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' },
  folder: '/usr/local/shop-pilot',
};

describe('where a ledger lies', () => {
  it('is told without the login', () => {
    assert.equal(nameOfPlace('sluice-ledger'), 'sluice-ledger');
    assert.equal(nameOfPlace(place), 'deploy@pilot.example.com:/usr/local/shop-pilot/.sluice');
  });

  it('has evidence that one command fetches', () => {
    assert.deepEqual(evidenceAt('sluice-ledger', 'production/a/b'), {
      where: 'sluice-ledger:/ledger/evidence/production/a/b',
      fetch: 'docker cp sluice-ledger:/ledger/evidence/production/a/b <folder>',
    });
    assert.deepEqual(evidenceAt(place, 'stage/a/b'), {
      where: 'deploy@pilot.example.com:/usr/local/shop-pilot/.sluice/evidence/stage/a/b',
      fetch: 'scp -P 2222 -r deploy@pilot.example.com:/usr/local/shop-pilot/.sluice/evidence/stage/a/b <folder>',
    });
  });
});
