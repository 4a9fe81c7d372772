import assert from 'node:assert/strict';
import { evidenceCommand, evidenceIn, wishedEvidence, type EvidenceWish } from '../../releases/evidence';
import type { LedgerRecord } from '../../releases/ledger';
import { adopted, again, candidate, cutover, gate, rollback, takenBack, tested, verdict } from './fixtures';

const [a, b] = [candidate('a'), candidate('b')];
const g = gate('/');
const named = <R extends LedgerRecord>(record: R, evidence: string): R => ({ ...record, evidence });

const refused = named(verdict(b, g, 'refused'), 'production/b/2026-1');
const passed = named(verdict(a, g, 'passed'), 'production/a/2026-2');
const watched = named(cutover(a), 'production/a/watch-2026-3');
const back = named(takenBack(a, b), 'production/a/watch-2026-4');

const wished = (records: readonly LedgerRecord[], wish?: EvidenceWish) =>
  wishedEvidence(records, 'production', wish)?.evidence;

describe('evidence', () => {
  it('is that of what keeps the newest candidate out, while nothing has changed that', () => {
    assert.equal(wished([passed, refused, watched]), refused.evidence);
    assert.equal(wished([passed, refused, watched, again(b)]), refused.evidence);
    assert.equal(wished([refused, passed, watched]), watched.evidence);
    assert.equal(wished([refused, named(tested(a, g), 'production/a/2026-5')]), 'production/a/2026-5');
    assert.equal(wished([passed, back]), back.evidence);
    assert.equal(
      wished([passed, back, named(verdict(b, g, 'passed'), 'production/b/6'), cutover(b)]),
      'production/b/6',
    );
    assert.equal(wished([watched, back, rollback(a, b)]), back.evidence);
    assert.equal(wished([back, rollback(a, b), watched]), watched.evidence);
  });

  it('is that of a setback while nothing has served since, and of a refusal until something was tested or adopted', () => {
    const ill: LedgerRecord = {
      ...{ kind: 'unhealthy', at: '2026-01-01T00:00:03Z', environment: 'production', candidate: b, releases: {} },
      ...{ summary: 'discounts is unhealthy', evidence: 'production/b/unhealthy-2026-7' },
    };
    assert.equal(wished([ill, passed]), ill.evidence);
    for (const served of [cutover(a), adopted(a), rollback(a, b)]) {
      assert.equal(wished([ill, served, passed]), passed.evidence, served.kind);
      assert.equal(wished([ill, { ...served, environment: 'pilot' }, passed]), ill.evidence, served.kind);
    }
    assert.equal(wished([refused, adopted(a), watched]), watched.evidence);
    // What passed its checks and waits for a person keeps nothing out.
    assert.equal(wished([named(tested(b, g), 'production/b/8'), watched]), watched.evidence);
  });

  it('is of a release by the beginning of its digest or commit, in each service', () => {
    const discounts = {
      service: 'discounts',
      image: 'i',
      digest: `sha256:12${'a'.repeat(62)}`,
      revision: `34${'b'.repeat(38)}`,
    };
    const both = { frontend: { ...discounts, digest: 'sha256:56', revision: '' }, discounts };
    const found = { ...refused, candidate: both };
    for (const release of ['12', 'sha256:12', '12AA', '34', '34BB', '56'])
      assert.equal(wished([found], { release }), refused.evidence, release);
    for (const release of ['aa', 'bb', '2a', '12sha256:', 'sha256:34sha256:'])
      assert.equal(wished([found], { release }), undefined, release);
  });

  it('is found by a number of several digits', () => {
    const all = Array.from({ length: 12 }, (_, index) => named(verdict(a, g, 'passed'), `production/a/n${index}`));
    assert.equal(wished(all, { which: '12' }), 'production/a/n0');
  });

  it('is of its environment alone', () => {
    assert.equal(wished([{ ...refused, environment: 'pilot' }]), undefined);
    assert.equal(wished([refused, { ...passed, environment: 'pilot' }]), refused.evidence);
  });

  it('is there once, newest first, and not of what has left none', () => {
    const pass = named(verdict(a, g, 'passed'), 'production/a/2026-5');
    const records = [named(tested(a, g), 'production/a/2026-5'), pass, named(verdict(b, g, 'unknown'), ''), watched];
    assert.deepEqual(evidenceIn(records, 'production'), [watched, pass]);
  });

  it('is chosen by number, name, folder, release and by being of a gate', () => {
    const records = [refused, passed, watched];
    assert.equal(wished(records, { which: '1' }), watched.evidence);
    assert.equal(wished(records, { which: '3' }), refused.evidence);
    assert.equal(wished(records, { which: '4' }), undefined);
    assert.equal(wished(records, { which: '2026-1' }), refused.evidence);
    assert.equal(wished(records, { which: 'production/a/2026-2' }), passed.evidence);
    assert.equal(wished(records, { release: 'sha256:bbbb' }), refused.evidence);
    assert.equal(wished(records, { release: 'aaaa' }), watched.evidence);
    assert.equal(wished(records, { release: 'aaaa', gate: true }), passed.evidence);
    assert.equal(wished(records, { release: 'cccc' }), undefined);
    assert.equal(wished([passed, back], { gate: true }), passed.evidence);
  });

  it('is seen by a command that says which', () => {
    assert.equal(evidenceCommand('production', 'production/a/2026-2'), './sluice evidence production 2026-2');
  });
});
