import assert from 'node:assert/strict';
import { evidenceAt, nameOfPlace, onOtherMachine, samePlace, type MachinePlace } from '../../targets/place';

const place: MachinePlace = {
  ssh: { host: 'pilot.example.com', port: 2222, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' },
  folder: '/usr/local/shop-pilot',
};

describe('where a ledger lies', () => {
  it('is the same under another address, and another in another account or behind another key', () => {
    const moved = (change: Partial<MachinePlace['ssh']>): MachinePlace => ({
      ...place,
      ssh: { ...place.ssh, ...change },
    });
    assert.ok(samePlace('sluice-ledger', 'sluice-ledger'));
    assert.ok(samePlace(place, moved({ host: '10.0.0.7', port: 22 })));
    assert.ok(!samePlace(place, moved({ user: 'ann' })));
    assert.ok(!samePlace(place, moved({ hostKey: 'ssh-ed25519 B' })));
    assert.ok(!samePlace(place, 'sluice-ledger'));
    assert.ok(!samePlace('sluice-ledger', 'shop-ledger'));
  });

  it('is reached on another machine with the login of this one; a container has none', () => {
    const host = { host: 'old.example.com', port: 22 };
    assert.deepEqual(onOtherMachine(place, host), { ...place, ssh: { ...place.ssh, ...host } });
    assert.equal(onOtherMachine('sluice-ledger', host), undefined);
  });

  it('is told without the login', () => {
    assert.equal(nameOfPlace('sluice-ledger'), 'sluice-ledger');
    assert.equal(nameOfPlace(place), 'deploy@pilot.example.com:/usr/local/shop-pilot/.sluice');
  });

  it('says where evidence lies', () => {
    assert.equal(evidenceAt('sluice-ledger', 'production/a/b'), 'sluice-ledger:/ledger/evidence/production/a/b');
    assert.equal(
      evidenceAt(place, 'stage/a/b'),
      'deploy@pilot.example.com:/usr/local/shop-pilot/.sluice/evidence/stage/a/b',
    );
  });
});
