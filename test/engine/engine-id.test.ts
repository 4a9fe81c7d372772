import assert from 'node:assert/strict';
import { DockerError } from '../../engine/docker';
import { noEngine } from '../../engine/engine-id';
import { UserError } from '../../errors';
import { tells } from '../errors/told';

describe("another machine's engine", () => {
  const host = { host: 'far', port: 22, user: 'ann', hostKey: '' };
  const refused = new DockerError(['info'], { stdout: '', stderr: 'x\npermission denied\n', code: 1 });

  it('is refused when the account may not use it', () => {
    assert.throws(() => noEngine({ host })(refused), tells('farEngine'));
  });

  it('is not held responsible for what ssh says of the machine', () => {
    assert.throws(() => noEngine({ host })(new UserError('away', 'try ssh')), /away/);
  });

  it('is no other machine’s trouble', () => {
    assert.throws(() => noEngine({})(refused), refused);
  });
});
