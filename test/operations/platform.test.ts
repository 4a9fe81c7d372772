import assert from 'node:assert/strict';
import { platformOf } from '../../operations/platform';

describe('a platform, as its stack tells of it', () => {
  const always = { instance: 'sluice', registry: { address: 'localhost:5500' }, repositories: {} };
  const servers = { gitHost: {}, drone: {}, droneLogin: {} };

  it('is none before its first complete update', () => {
    for (const name of Object.keys({ ...always, ...servers })) {
      assert.equal(platformOf({ ...always, ...servers, [name]: undefined }), undefined, name);
      assert.equal(platformOf({ ...always, ...servers, [name]: null }), undefined, name);
    }
    assert.equal(platformOf({ ...always, ...servers })?.instance, 'sluice');
    assert.equal(platformOf({ ...always, ci: 'gitlab' })?.instance, 'sluice');
  });

  it('is one that an older version has brought up, so that it can be shown, saved and taken down', () => {
    const ledger = { container: 'sluice-ledger', volume: 'sluice-ledger' };
    assert.equal(platformOf({ ...always, ...servers, ledger })?.instance, 'sluice');
  });
});
