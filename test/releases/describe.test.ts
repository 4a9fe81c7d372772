import assert from 'node:assert/strict';
import { approveCommand, describeFully, howToApprove } from '../../releases/describe';
import type { Candidate, Release } from '../../releases/types';
import { candidate } from './fixtures';

const a = candidate('a');
const release = (service: string, more: Partial<Release> = {}): Release => ({
  service,
  image: `localhost:5500/${service}`,
  digest: 'sha256:3f2a91c0d4e57b86',
  revision: '9f3c1a2b44e0',
  ...more,
});
const described = (...releases: Release[]): string =>
  describeFully(Object.fromEntries(releases.map((each) => [each.service, each])) satisfies Candidate);

describe('a candidate as people read it', () => {
  it('has the service, the short digest, the short commit, and the commit’s message in quotation marks', () => {
    assert.equal(
      described(release('discounts', { message: 'A discount for spring' })),
      'discounts sha256:3f2a91c0d4e5 9f3c1a2b "A discount for spring"',
    );
  });

  it('says nothing in the place of what its image does not say', () => {
    assert.equal(described(release('discounts')), 'discounts sha256:3f2a91c0d4e5 9f3c1a2b');
    assert.equal(described(release('discounts', { revision: '' })), 'discounts sha256:3f2a91c0d4e5');
    assert.equal(
      described(release('discounts', { revision: '', message: 'By hand' })),
      'discounts sha256:3f2a91c0d4e5 "By hand"',
    );
  });

  it('names every service of several', () => {
    assert.equal(
      described(release('discounts', { message: 'Spring' }), release('api', { revision: '' })),
      'discounts sha256:3f2a91c0d4e5 9f3c1a2b "Spring", api sha256:3f2a91c0d4e5',
    );
  });
});

describe('how a candidate is let in', () => {
  // The twelve digits are those of sha256sum on {"discounts":"sha256:aaaa…"}.
  const command = './sluice approve production --candidate 6880b90ba114';
  const rule = { expiresHours: 72, approvers: ['drone:ann'] };

  it('is a command that approves it and no other', () => {
    assert.equal(approveCommand('production', a), command);
    assert.notEqual(approveCommand('production', candidate('b')), command);
  });

  it('is that command where those who push may approve, or no rule is known', () => {
    assert.equal(howToApprove('production', a, rule), command);
    assert.equal(howToApprove('production', a, undefined), command);
  });

  it('is a promotion in Drone by a colleague where nobody approves what he has pushed', () => {
    assert.equal(
      howToApprove('production', a, { ...rule, fourEyes: true }),
      'promote its build in Drone to production, as somebody who has pushed nothing of it',
    );
  });
});
