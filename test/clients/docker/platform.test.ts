import assert from 'node:assert/strict';
import { apiToSpeak } from '../../../clients/docker/platform';

describe('the version of the Docker API that a client is told', () => {
  it('is none where its own is understood, else the oldest that is', () => {
    assert.equal(apiToSpeak('1.40', '1.12'), undefined);
    assert.equal(apiToSpeak('1.40', '1.40'), undefined);
    assert.equal(apiToSpeak('1.40', '1.44'), '1.44');
    assert.equal(apiToSpeak('1.9', '1.12'), '1.12');
  });
});
