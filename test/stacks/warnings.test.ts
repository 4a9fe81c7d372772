import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { candidate, cutover, verdict } from '../releases/fixtures';
import { built, config, declare, digest, gated, gateOf } from './declared-environment';

/** Declares an environment. @returns its warnings */
async function warningsOf(o: Parameters<typeof declare>[0]): Promise<string> {
  const { mock: said } = mock.method(pulumi.log, 'warn', () => Promise.resolve());
  try {
    await declare(o);
    return said.calls.map(({ arguments: [text] }) => String(text)).join('\n');
  } finally {
    mock.restoreAll();
  }
}

const both = (character: string) => ({ ...candidate(character), ...built });

describe('an update warns', () => {
  it('UpstreamRolledBack: that it does not go back with upstream, and what to type', async () => {
    const records = [cutover(both('a')), verdict(both('b'), gateOf(), 'passed'), cutover(both('b'))];
    const text = await warningsOf({
      ...{ name: 'production', config: gated(), upstream: candidate('a'), runs: both('b'), records },
      promoted: { discounts: digest('b') },
    });
    assert.match(
      text,
      /^production keeps what it runs: staging has gone back to .*, which production has run before; to take it: .*promote production$/m,
    );
  });

  it('UpstreamRolledBack: that it does not go back with its channel, and what to type', async () => {
    const records = [cutover(both('s'), 'staging'), cutover(both('b'), 'staging')];
    const text = await warningsOf({ name: 'staging', config: config(), records, runs: both('b') });
    assert.match(text, /^staging keeps what it runs: channel staging has gone back to .*promote staging$/m);
  });

  it('UntestedFixedImage: of what runs untested because configuration says so', async () => {
    const services = `{"discounts":{"repository":"discounts","port":2},"db":{"image":"db@${digest('e')}","port":5}}`;
    const named = config({ promotesFrom: 'staging', services, untested: '["db"]' });
    const text = await warningsOf({
      ...{ name: 'production', config: named, upstream: candidate('b'), promoted: { discounts: digest('b') } },
    });
    assert.match(text, /^production runs untested: db sha256:e{12}, while staging serves none$/m);
  });

  it('NewServiceWithoutRelease: of a service that it leaves out', async () => {
    const services = '{"api":{"repository":"new-api","port":1},"web":{"repository":"web","port":2}}';
    const text = await warningsOf({ name: 'staging', config: config({ services }) });
    assert.match(text, /^staging has no release of api yet: the pipeline of new-api has built none that got here/m);
  });

  it('AgainAfterRefusal: that it keeps what it runs while the other is tested', async () => {
    const at = '2026-01-02T00:00:00Z';
    const text = await warningsOf({
      ...{ name: 'production', config: gated(), upstream: candidate('b'), promoted: { discounts: digest('a') } },
      records: [
        ...[verdict(both('a'), gateOf(), 'passed'), cutover(both('a')), verdict(both('b'), gateOf(), 'refused')],
        { kind: 'again', at, environment: 'production', candidate: both('b') },
      ],
      runs: both('a'),
    });
    assert.match(text, /^production keeps what it runs while .* is tested once more$/m);
  });
});
