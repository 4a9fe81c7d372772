import assert from 'node:assert/strict';
import type { StackFile } from '../../config/stack';
import { routeOf } from '../../stacks/route';

const environment = (name: string, promotesFrom: string, repository: string, channel = '', gate = {}): StackFile =>
  ({ name, config: { role: 'environment', promotesFrom, channel, services: { a: { repository } }, gate } }) as never;

describe('routeOf', () => {
  const stacks = [
    environment('staging', '', 'discounts'),
    environment('production', 'staging', 'discounts', '', { approval: { expiresHours: 72, approvers: [] } }),
    environment('pilot', '', 'discounts', 'next'),
    environment('other', '', 'else'),
  ];

  it('names the channels that a push moves and the environments in the order of promotion', () => {
    assert.deepEqual(routeOf('discounts', 'main', stacks), {
      channels: ['staging', 'next'],
      environments: ['staging', 'production', 'pilot'],
      approvals: ['production'],
    });
  });

  it('gives a repository that no environment runs a channel of its branch’s name', () => {
    assert.deepEqual(routeOf('unknown', 'main', stacks), { channels: ['main'], environments: [], approvals: [] });
  });
});
