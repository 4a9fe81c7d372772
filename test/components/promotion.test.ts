import assert from 'node:assert/strict';
import { Promotion } from '../../components/promotion';
import { candidateKey, gateHash } from '../../releases/names';
import { candidate, gate } from '../releases/fixtures';
import { command, record, valueOf } from './mocks';

const a = candidate('a');
const digestA = `sha256:${'a'.repeat(64)}`;

async function declare(promoted: Record<string, string>) {
  const recorder = await record({ stack: 'production', stdout: { promotion: { promoted } } });
  const promotion = new Promotion('promotion', {
    instance: 'sluice',
    environment: 'production',
    upstream: 'staging',
    upstreamNetwork: 'sluice-staging',
    ledger: 'sluice-ledger',
    candidate: a,
    gate: gate('/'),
  });
  return { recorder, promotion };
}

describe('Promotion', () => {
  it('asks the gate anew for another candidate or another gate, and for nothing else', async () => {
    const { recorder, promotion } = await declare({ discounts: digestA });
    await valueOf(promotion.output);
    assert.deepEqual(recorder.inputs(command, 'promotion'), {
      create: 'node actions/run.cjs gate',
      stdin: JSON.stringify({
        instance: 'sluice',
        environment: 'production',
        upstream: 'staging',
        upstreamNetwork: 'sluice-staging',
        ledger: 'sluice-ledger',
        candidate: a,
        gate: gate('/'),
      }),
      triggers: [candidateKey(a), gateHash(gate('/'))],
      logging: 'stderr',
    });
  });

  it('hands out the image by the digest that the gate printed', async () => {
    const { promotion } = await declare({ discounts: digestA });
    assert.equal(await valueOf(promotion.image('discounts')), `localhost:5500/discounts@${digestA}`);
  });

  it('fails when the stored output is about another candidate', async () => {
    const { promotion } = await declare({ discounts: `sha256:${'b'.repeat(64)}` });
    await assert.rejects(valueOf(promotion.image('discounts')), /the gate has let through sha256:b{64}/);
  });

  it('fails when the stored output is about no such service', async () => {
    const { promotion } = await declare({});
    await assert.rejects(valueOf(promotion.image('discounts')), /let through nothing/);
  });
});
