import type { EngineEvent } from '@pulumi/pulumi/automation';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StackLease } from '../../../operations/lease';
import { lockPlace } from '../../../operations/locks/place';
import { DeliveryStack } from '../../../operations/pulumi/stack';
import { acquire } from '../../../store/lease/acquire';
import { LeaseLost } from '../../../store/lease/lost';
import { LeaseRecords } from '../../../store/lease/records';
import { storeHome } from '../../targets/store-home';
import { someLease } from '../some-lease';

/** As Pulumi's program: it has the lock while it is at work, and ends when its input does. */
const pulumi =
  'echo "{\\"pid\\":$$,\\"username\\":\\"ann\\",\\"hostname\\":\\"$1\\",\\"timestamp\\":\\"$2\\"}" > "$0"; read line; rm "$0"';

/** What Pulumi's Automation API is given, as far as it is used here. */
interface Running {
  signal: AbortSignal;
  onEvent: (event: EngineEvent) => void;
}

describe('an operation of Pulumi, and the lease of its stack', () => {
  const home = storeHome();
  const notes: string[] = [];
  beforeEach(() => {
    notes.splice(0);
    process.env['PULUMI_BACKEND_URL'] = pathToFileURL(path.join(home.folder, 'pulumi')).href;
  });
  const locks = (): string => lockPlace('staging')?.folder ?? '';
  const newest = async () => (await new LeaseRecords(home.store, 'staging').newest())?.record;

  function stackOf(up: (o: Running) => Promise<unknown>, lease?: StackLease): DeliveryStack {
    const program = { workspace: { envVars: {} }, up, preview: up };
    const note = (line: string): void => void notes.push(line);
    return Reflect.construct(DeliveryStack, ['staging', program, program, note, lease]) as DeliveryStack;
  }

  it('does not begin without it, and to look needs none', async () => {
    let began = 0;
    const stack = stackOf(() => Promise.resolve((began += 1)));
    await assert.rejects(stack.up({ refresh: true }), /^Error: staging would be changed without its lease$/);
    await assert.rejects(stack.check(), /without its lease/);
    assert.equal(began, 0);
    assert.equal((await stack.preview({ diff: false })).ok, true);
  });

  it('does not begin once it is lost', async () => {
    let began = 0;
    const check = () => Promise.reject(new LeaseLost('staging was taken over', 'look'));
    await assert.rejects(
      stackOf(() => Promise.resolve((began += 1)), someLease({ check })).up({ refresh: true }),
      LeaseLost,
    );
    assert.equal(began, 0);
  });

  it('is cancelled when it is lost, and nothing else is tried', async () => {
    const loss = new AbortController();
    let began = 0;
    const check = () => (loss.signal.aborted ? Promise.reject(loss.signal.reason as Error) : Promise.resolve());
    const up = ({ signal }: Running) =>
      new Promise((_, reject) => {
        began += 1;
        signal.addEventListener('abort', () => reject(new Error('error: update canceled')));
        loss.abort(new LeaseLost('staging was taken over', 'look'));
      });
    await assert.rejects(stackOf(up, someLease({ lost: loss.signal, check })).up({ refresh: true }), LeaseLost);
    assert.equal(began, 1);
  });

  it('is not interrupted while a cutover is at work: that may be about to go back', async () => {
    const loss = new AbortController();
    const check = () => (loss.signal.aborted ? Promise.reject(loss.signal.reason as Error) : Promise.resolve());
    const metadata = {
      ...{ op: 'create', type: 'command:local:Command' },
      urn: 'urn:pulumi:staging::sluice::sluice:index:Cutover$sluice:index:Action$command:local:Command::cutover',
    };
    const seen: boolean[] = [];
    const up = async ({ signal, onEvent }: Running): Promise<void> => {
      onEvent({ sequence: 0, timestamp: 0, resourcePreEvent: { metadata } } as unknown as EngineEvent);
      loss.abort(new LeaseLost('staging was taken over', 'look'));
      seen.push(signal.aborted);
      onEvent({ sequence: 1, timestamp: 0, resOpFailedEvent: { metadata } } as unknown as EngineEvent);
      seen.push(signal.aborted);
      return Promise.reject(new Error('error: update canceled'));
    };
    await assert.rejects(stackOf(up, someLease({ lost: loss.signal, check })).up({ refresh: true }), LeaseLost);
    assert.deepEqual(seen, [false, true]);
  });

  it('that an action has ended because it is lost, is told as that', async () => {
    let began = 0;
    const check = () =>
      began === 0 ? Promise.resolve() : Promise.reject(new LeaseLost('staging was taken over', 'look'));
    const up = () => Promise.reject(new Error(`error: failed ${(began += 1)}`));
    await assert.rejects(stackOf(up, someLease({ check })).up({ refresh: true }), LeaseLost);
  });

  it('has Pulumi’s lock and program stand in it while they are there', async () => {
    const lease = await acquire(home.store, 'staging', { what: 'up', by: 'ann', note: () => undefined, variables: {} });
    fs.mkdirSync(locks(), { recursive: true });
    let during: Awaited<ReturnType<typeof newest>>;
    let pid: number | undefined;
    const up = async (): Promise<void> => {
      const file = path.join(locks(), 'its-lock.json');
      const now = new Date().toISOString();
      const child = spawn('sh', ['-c', pulumi, file, os.hostname(), now], { stdio: ['pipe', 'ignore', 'inherit'] });
      pid = child.pid;
      do {
        await new Promise((resolve) => setTimeout(resolve, 10));
        during = await newest();
      } while (during?.parts === undefined);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    };
    assert.equal((await stackOf(up, lease).up({ refresh: true })).ok, true);
    assert.equal(during?.pulumiLock, 'its-lock');
    assert.deepEqual(
      during.parts?.map((part) => part.pid),
      [pid],
    );
    assert.equal((await newest())?.pulumiLock, undefined);
    await lease.release();
  });

  it('leaves one that is nobody’s in the lease, and whoever comes next takes that one away', async () => {
    const request = { what: 'up', by: 'ann', note: () => undefined, variables: {} };
    const lease = await acquire(home.store, 'staging', request);
    fs.mkdirSync(locks(), { recursive: true });
    await lease.notePulumiLock('left');
    await lease.release();
    const text = { pid: process.pid, username: 'ann', hostname: 'elsewhere', timestamp: new Date().toISOString() };
    fs.writeFileSync(path.join(locks(), 'left.json'), JSON.stringify(text));
    const next = await acquire(home.store, 'staging', request);
    assert.equal((await stackOf(() => Promise.resolve(), next).up({ refresh: true })).ok, true);
    assert.deepEqual(fs.readdirSync(locks()), []);
    assert.match(notes[0] ?? '', /^staging is held by ann@elsewhere .* no longer there: taking over$/);
    await next.release();
  });
});
