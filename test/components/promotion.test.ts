import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { Promotion } from '../../components/promotion';
import { candidateKey, gateHash } from '../../releases/names';
import { candidate, gate } from '../releases/fixtures';
import { command, record, valueOf } from './mocks';
import { isSecret, stdinOf } from './platform-args';
import { access } from '../targets/store-home';

const a = candidate('a');
const digestA = `sha256:${'a'.repeat(64)}`;

async function declare(promoted: Record<string, string>) {
  const recorder = await record({ stack: 'production', stdout: { promotion: { promoted } } });
  const promotion = new Promotion('promotion', {
    instance: 'sluice',
    environment: 'production',
    upstream: 'staging',
    upstreamNetwork: 'sluice-staging',
    ledger: access,
    candidate: a,
    gate: gate('/'),
  });
  return { recorder, promotion };
}

describe('Promotion', () => {
  it('asks the gate anew for another candidate or another gate, and for nothing else', async () => {
    const { recorder, promotion } = await declare({ discounts: digestA });
    await valueOf(promotion.output);
    const { stdin, ...inputs } = recorder.inputs(command, 'promotion');
    // The key of the ledger is in it.
    assert.equal(isSecret(stdin), true);
    assert.deepEqual(stdinOf({ stdin }), {
      instance: 'sluice',
      environment: 'production',
      upstream: 'staging',
      upstreamNetwork: 'sluice-staging',
      candidate: a,
      gate: gate('/'),
      ledger: access,
    });
    assert.deepEqual(inputs, {
      create: 'node actions/run.cjs gate',
      triggers: [candidateKey(a), gateHash(gate('/'))],
      logging: 'stderr',
    });
  });

  it('gives the checks their secrets, encrypted, and is not asked anew for other ones', async () => {
    const recorder = await record({ stack: 'production', stdout: { promotion: { promoted: {} } } });
    const { output } = new Promotion('promotion', {
      instance: 'sluice',
      environment: 'production',
      upstream: 'staging',
      upstreamNetwork: 'sluice-staging',
      ledger: access,
      candidate: a,
      gate: gate('/'),
      secrets: { datadogApiKey: 'k3y' },
    });
    await valueOf(output);
    const inputs = recorder.inputs(command, 'promotion');
    assert.equal(isSecret(inputs['stdin']), true);
    assert.deepEqual(stdinOf(inputs)['secrets'], { datadogApiKey: 'k3y' });
    assert.deepEqual(inputs['triggers'], [candidateKey(a), gateHash(gate('/'))]);
    assert.ok(!JSON.stringify({ ...inputs, stdin: '' }).includes('k3y'));
  });

  it('hands out the image by the digest that the gate printed', async () => {
    const { promotion } = await declare({ discounts: digestA });
    assert.equal(await valueOf(promotion.image('discounts')), `localhost:5500/discounts@${digestA}`);
  });

  /** Asks for an image as a program does that Pulumi runs. @returns what was logged, and the exit code */
  async function ended(promoted: Record<string, string>): Promise<{ message: string; code: unknown }> {
    const { promotion } = await declare(promoted);
    const log = mock.method(pulumi.log, 'error', () => Promise.resolve());
    const exit = mock.method(process, 'exit', () => {
      throw new Error('the program has ended');
    });
    try {
      await assert.rejects(valueOf(promotion.image('discounts')), /the program has ended/);
      return { message: String(log.mock.calls[0]?.arguments[0]), code: exit.mock.calls[0]?.arguments[0] };
    } finally {
      mock.restoreAll();
    }
  }

  it('ends the update when the stored output is about another candidate', async () => {
    const { message, code } = await ended({ discounts: `sha256:${'b'.repeat(64)}` });
    assert.match(message, /^discounts: the gate has let through sha256:b{64}, but this update is about sha256:a{64}\n/);
    assert.equal(code, 32);
  });

  it('ends the update when the stored output is about no such service', async () => {
    const { message, code } = await ended({});
    assert.match(message, /let through nothing/);
    assert.equal(code, 32);
  });
});
