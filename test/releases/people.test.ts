import assert from 'node:assert/strict';
import { approverPattern, fullName, personOf, realmOf } from '../../releases/people';

describe('an approver in config', () => {
  it('may be a login, with or without its CI server, or the user of a machine', () => {
    const names = [
      'ann',
      'ann.b-c_1',
      'drone:ann',
      'gitlab:ann',
      'github:ann-b',
      'os:ann@laptop',
      'os:a.b@build-1.lan',
    ];
    for (const name of [...names, 'os:ann@example.com@laptop']) assert.match(name, approverPattern);
  });

  it('is not anything else, whatever stands before or behind a name', () => {
    const logins = [
      '',
      'drone:',
      'ann b',
      'ann!',
      '!ann',
      'drone:ann!',
      'Drone:ann',
      'bitbucket:ann',
      'drone:gitlab:ann',
    ];
    const users = [
      'os:ann',
      'os:@laptop',
      'os:ann@',
      'ann@laptop',
      'drone:ann@laptop',
      'an os:ann@laptop',
      'os:ann@laptop!',
    ];
    for (const name of [...logins, ...users]) assert.doesNotMatch(name, approverPattern);
  });
});

describe('a person', () => {
  it('is named by the realm that has proved the name', () => {
    assert.equal(personOf('drone', 'ann'), 'drone:ann');
    assert.equal(personOf('os', 'ann@laptop'), 'os:ann@laptop');
  });

  it('is of the realm that the name says', () => {
    assert.equal(realmOf('drone:ann'), 'drone');
    assert.equal(realmOf('gitlab:ann'), 'gitlab');
    assert.equal(realmOf('github:ann'), 'github');
    assert.equal(realmOf('os:ann@laptop'), 'os');
  });

  it('is of no realm when the name begins with none, or says nobody', () => {
    for (const name of ['ann', 'ann@laptop', 'drone', 'drone:', 'bitbucket:ann', 'not drone:ann']) {
      assert.equal(realmOf(name), undefined);
    }
  });
});

describe('the full name of an approver', () => {
  it('is a login of the platform’s CI server when config has it bare', () => {
    assert.equal(fullName('ann', 'drone'), 'drone:ann');
    assert.equal(fullName('ann', 'gitlab'), 'gitlab:ann');
  });

  it('is what config says when that has a realm', () => {
    assert.equal(fullName('github:ann', 'drone'), 'github:ann');
    assert.equal(fullName('os:ann@laptop', 'drone'), 'os:ann@laptop');
  });
});
