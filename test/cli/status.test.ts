import * as assert from 'node:assert/strict';
import { adoptedStatus, gateStatus, platformStatus, servicesStatus, setbackStatus } from '../../cli/status/assemble';
import { statusText } from '../../cli/status/text';
import type { Platform } from '../../operations/platform';
import type { CutoverRecord, VerdictRecord } from '../../releases/ledger';
import type { Candidate, Gate } from '../../releases/types';
import { access } from '../targets/store-home';
import { ledgerOf } from '../../targets/place';

const digest = `sha256:${'ab'.repeat(32)}`;
const candidate: Candidate = {
  discounts: { service: 'discounts', image: 'localhost:5500/discounts', digest, revision: 'c0ffee' },
};
const gate: Gate = { checks: [{ name: 'shop', type: 'browser', settings: {}, timeLimitSeconds: 60 }] };
const record: VerdictRecord = {
  kind: 'verdict',
  at: '2026-03-01T12:00:00Z',
  environment: 'production',
  upstream: 'staging',
  candidate,
  gate,
  verdict: 'refused',
  summary: 'shop: no pictures',
  checks: [],
  evidence: 'production/x/y',
  seconds: 3,
};
const now = new Date('2026-03-01T13:00:00Z');
const ledger = ledgerOf({ ...access, store: 's3://bucket/shop' }, 'production', undefined);
const asks = { environment: 'production', offer: candidate, gate, records: [record], ledger, now };

describe('gate status', () => {
  it('tells the verdict on what upstream has deployed, and where its evidence lies', () => {
    assert.deepEqual(gateStatus(asks), {
      verdict: 'refused',
      candidate: { discounts: digest },
      checkedAt: '2026-03-01T12:00:00Z',
      evidence: 's3://bucket/shop/evidence/production/x/y',
      fetchEvidence: './sluice evidence production y',
      evidenceKept: true,
      summary: 'shop: no pictures',
      approval: null,
    });
  });

  it('waits when nothing is offered, another candidate is, or the gate is another', () => {
    assert.equal(gateStatus({ ...asks, offer: undefined }).verdict, 'waiting');
    assert.equal(gateStatus({ ...asks, records: [] }).verdict, 'waiting');
    assert.equal(gateStatus({ ...asks, gate: { checks: [] } }).verdict, 'waiting');
    assert.equal(gateStatus({ ...asks, environment: 'pilot' }).verdict, 'waiting');
  });
});

describe('gate status of an upstream that has taken something else besides', () => {
  const passed: VerdictRecord = {
    ...record,
    verdict: 'passed',
    summary: 'shop passed',
    digests: { discounts: digest },
  };
  const deployed: CutoverRecord = { kind: 'cutover', at: record.at, environment: 'production', candidate };
  const upstream = { name: 'staging', digests: { discounts: digest, blog: `sha256:${'cd'.repeat(32)}` } };

  it('stays what it was where the environment runs what is offered', () => {
    const status = gateStatus({ ...asks, upstream, records: [passed, deployed] });
    assert.deepEqual([status.verdict, status.summary], ['passed', 'shop passed']);
  });

  it('waits where the environment does not run it, or another upstream was tested', () => {
    assert.equal(gateStatus({ ...asks, upstream, records: [passed] }).verdict, 'waiting');
    const other = { ...upstream, name: 'dev' };
    assert.equal(gateStatus({ ...asks, upstream: other, records: [passed, deployed] }).verdict, 'waiting');
  });

  it('is the newer one where all of it was tested', () => {
    const refused: VerdictRecord = { ...record, digests: upstream.digests };
    assert.equal(gateStatus({ ...asks, upstream, records: [refused, passed, deployed] }).verdict, 'refused');
  });
});

describe('platform and services status', () => {
  const registryLogins = {
    pull: { username: 'sluice-pull', password: 'none' },
    push: { username: 'sluice-push', password: 'one' },
    delete: { username: 'sluice-delete', password: 'all' },
  };
  const platform = {
    registry: { address: 'localhost:5500', url: 'http://localhost:5500' },
    registryLogins,
    gitHost: { kind: 'gitea', url: 'http://localhost:3000', container: 'sluice-git' },
    gitLogin: { username: 'sluice', password: 'two' },
    drone: { url: 'http://localhost:3080' },
    droneLogin: { username: 'sluice', token: 'three' },
    repositories: { discounts: { cloneUrl: 'http://localhost:3000/sluice/discounts.git', webUrl: '' } },
  } as unknown as Platform;

  it('shows logins only when asked', () => {
    assert.deepEqual(platformStatus(platform, false), {
      registry: { url: 'http://localhost:5500' },
      gitHost: { kind: 'gitea', url: 'http://localhost:3000', limits: [] },
      drone: { url: 'http://localhost:3080' },
      ci: 'drone',
      repositories: { discounts: { cloneUrl: 'http://localhost:3000/sluice/discounts.git' } },
      deployImage: null,
    });
    const shown = platformStatus(platform, true);
    assert.deepEqual(shown.registry, {
      url: 'http://localhost:5500',
      username: 'sluice-push',
      password: 'one',
      accounts: registryLogins,
    });
    assert.deepEqual(shown.drone, { url: 'http://localhost:3080', username: 'sluice', token: 'three' });
    assert.equal(shown.repositories['discounts']?.password, 'two');
  });

  it('counts a service as healthy only with a healthy container behind a healthy edge', () => {
    const services = { discounts: { url: 'u', image: 'i', digest, revision: 'r', container: 'c' } };
    const status = (healthy: string[]) =>
      servicesStatus(services, 'edge', (name) => healthy.includes(name))['discounts']?.healthy;
    assert.equal(status(['edge-discounts', 'c']), true);
    assert.equal(status(['c']), false);
    assert.equal(status(['edge-discounts']), false);
  });

  it('says what the git host can’t do', () => {
    const onGogs = { ...platform, gitHost: { kind: 'gogs', url: 'http://localhost:3000', container: 'sluice-git' } };
    const text = statusText({ platform: platformStatus(onGogs, false), environments: {} });
    assert.deepEqual(text.slice(-2), [
      '  Gogs shows no build results beside commits: Drone has them',
      '  pull requests at Gogs start no build of their own: each push to their branch is tested',
    ]);
  });

  it('names what shows the evidence of a setback, and nothing where there is none', () => {
    const entry = { at: record.at, environment: 'production', candidate, releases: {}, summary: 'ill' };
    const ill = { ...entry, kind: 'unhealthy' as const, evidence: 'production/x/unhealthy-1' };
    const shown = setbackStatus([ill], 'production');
    assert.deepEqual([shown?.what, shown?.fetchEvidence], ['unhealthy', './sluice evidence production unhealthy-1']);
    assert.equal(setbackStatus([{ ...ill, evidence: '' }], 'production')?.fetchEvidence, null);
  });

  it('says of evidence that has been removed that it is no longer kept, and names no command that would fail', () => {
    const isKept = () => false;
    const kept = gateStatus({ ...asks, isKept });
    assert.deepEqual([kept.evidence, kept.fetchEvidence, kept.evidenceKept], [null, null, false]);
    const entry = { at: record.at, environment: 'production', candidate, releases: {}, summary: 'ill' };
    const ill = { ...entry, kind: 'unhealthy' as const, evidence: 'production/x/unhealthy-1' };
    const setback = setbackStatus([ill], 'production', isKept);
    const production = { services: {}, gate: kept, setback, adopted: null };
    const text = statusText({ platform: null, environments: { production } });
    assert.deepEqual(
      text.filter((line) => line.includes('evidence')),
      Array(2).fill('    evidence: no longer kept (sluice:retainEvidence)'),
    );
    assert.equal(setbackStatus([{ ...ill, evidence: '' }], 'production', isKept)?.evidenceKept, null);
  });

  it('says of a ledger that can’t be read why, and what to do', () => {
    const ledgerProblem = {
      problem: 'the ledger of production is not the one that its state knows',
      next: 'put it back',
    };
    const production = { services: {}, ledger: ledgerProblem, gate: null, setback: null, adopted: null };
    assert.deepEqual(statusText({ platform: null, environments: { production } }), [
      'production',
      '  nothing deployed yet',
      `  ledger: ${ledgerProblem.problem}`,
      '  next: put it back',
    ]);
  });

  it('reads well', () => {
    const text = statusText({
      platform: platformStatus(platform, false),
      environments: {
        production: { services: {}, gate: gateStatus(asks), setback: null, adopted: null },
      },
    });
    assert.deepEqual(text.slice(-4), [
      '  nothing deployed yet',
      '  gate: refused  discounts sha256:abababababab  2026-03-01T12:00:00Z',
      '    shop: no pictures',
      '    evidence: ./sluice evidence production y',
    ]);
    const setback = { candidate: { discounts: digest }, at: '2026-03-01T12:00:00Z', by: 'ann@laptop' };
    const environment = { services: {}, gate: null, adopted: null };
    assert.deepEqual(
      statusText({
        platform: null,
        environments: {
          staging: {
            ...environment,
            setback: {
              ...setback,
              what: 'taken back',
              summary: 'discounts: too slow',
              fetchEvidence: './sluice evidence staging z',
              evidenceKept: true,
            },
          },
          production: {
            ...environment,
            setback: { ...setback, what: 'rollback', summary: '', fetchEvidence: null, evidenceKept: null },
          },
        },
      }).filter((line) => /back|slow|evidence/.test(line)),
      [
        '  taken back  discounts sha256:abababababab  2026-03-01T12:00:00Z  ann@laptop',
        '    discounts: too slow',
        '    evidence: ./sluice evidence staging z',
        '  rolled back to  discounts sha256:abababababab  2026-03-01T12:00:00Z  ann@laptop',
      ],
    );
    const { environment: name, at } = record;
    const adopted = adoptedStatus(
      [{ kind: 'adopted', at, environment: name, candidate, releases: {}, by: 'ann@laptop' }],
      name,
    );
    const found = statusText({
      platform: null,
      environments: { production: { ...environment, setback: null, adopted } },
    });
    assert.deepEqual(found.slice(-2), [
      '  adopted  2026-03-01T12:00:00Z  ann@laptop',
      '    found running; the ledger did not tell that it does',
    ]);
    assert.deepEqual(statusText({ platform: null, environments: {} }), [
      'nothing is up; npm run up brings everything up',
    ]);
  });
});
