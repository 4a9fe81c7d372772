import assert from 'node:assert/strict';
import { parseDeviations, readDeviations } from '../../audit/deviations';
import { isClean, judge } from '../../audit/judge';
import { rules } from '../../audit/rules';
import { reportText } from '../../cli/audit';
import { container, facts, image } from './fixtures';

const reason = 'because this test says so, at length';
const deviation = { check: '5.13', roles: ['release', 'edge'], reason };
const writable = (role: string) => container({ role, name: `sluice-${role}`, host: { ReadonlyRootfs: false } });

describe('deviations of the audit', () => {
  it('take a finding of their check and role out, with their reason', () => {
    const report = judge(facts({ containers: [writable('release'), writable('edge')] }), rules, [deviation]);
    assert.deepEqual(report.findings, []);
    assert.deepEqual(
      report.deviations.map(({ subject, reason: why }) => [subject, why]),
      [
        ['sluice-release', reason],
        ['sluice-edge', reason],
      ],
    );
    assert.equal(isClean(report), true);
  });

  it('take out no other role and no other check', () => {
    const containers = [writable('git'), container({ host: { Memory: 0 } })];
    const report = judge(facts({ containers }), rules, [{ ...deviation, roles: ['edge'] }]);
    assert.deepEqual(
      report.findings.map(({ check, roles }) => [check, roles]),
      [
        ['5.11', ['release']],
        ['5.13', ['git']],
      ],
    );
    assert.equal(isClean(report), false);
  });

  it('are reported when they no longer occur, but not for a role that nothing has just now', () => {
    const report = judge(facts(), rules, [deviation]);
    assert.deepEqual(report.stale, [{ check: '5.13', role: 'release', reason }]);
    assert.equal(isClean(report), false);
    assert.ok(reportText(report).some((line) => line.includes('5.13 release')));
  });

  it('are not stale for a check that this engine can not be asked', () => {
    assert.deepEqual(judge(facts(), rules, [{ ...deviation, check: '5.2' }]).stale, []);
  });

  it('excuse an image that several roles run only when each of them is named', () => {
    const containers = [container({ role: 'ledger' }), container({ role: 'check' })];
    const images = [image({ env: ['DB_PASSWORD=hunter2hunter2'] })];
    const named = (roles: string[]) => judge(facts({ containers, images }), rules, [{ check: '4.10', roles, reason }]);
    assert.equal(named(['ledger']).findings.length, 1);
    assert.equal(named(['ledger', 'check']).findings.length, 0);
  });

  it('of other machines count there alone, and need not occur', () => {
    const open = container({
      role: 'edge',
      host: { PortBindings: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] } },
    });
    const elsewhere = [{ check: '5.14', roles: ['edge'], reason, elsewhere: true }];
    const there = judge(facts({ containers: [open], machine: 'shop.example.com:22' }), rules, elsewhere);
    assert.deepEqual(
      there.deviations.map(({ check }) => check),
      ['5.14'],
    );
    assert.match(reportText(there)[0] ?? '', /^sluice on shop\.example\.com:22: 1 containers/);
    assert.equal(judge(facts({ containers: [open] }), rules, elsewhere).findings.length, 1);
    const bound = container({ role: 'edge' });
    for (const machine of [null, 'shop.example.com:22'])
      assert.deepEqual(judge(facts({ containers: [bound], machine }), rules, elsewhere).stale, []);
  });

  it('of this project can be read, and each is long enough to be a reason', () => {
    assert.ok(readDeviations().length > 0);
  });

  const refused: [what: string, yaml: string, message: RegExp][] = [
    ['without a reason', "- {check: '5.13', roles: [edge]}", /entry 1, reason/],
    ['with an empty reason', "- {check: '5.13', roles: [edge], reason: '   '}", /entry 1, reason: gives no reason/],
    ['without a role', `- {check: '5.13', roles: [], reason: ${reason}}`, /entry 1, roles: names no role/],
    ['with an unknown key', `- {check: '5.13', roles: [edge], reason: '${reason}', until: never}`, /entry 1/],
    ['of an unknown check', `- {check: '5.99', roles: [edge], reason: '${reason}'}`, /there is no check "5.99"/],
    [
      'of an unknown role',
      `- {check: '5.13', roles: [egde], reason: '${reason}'}`,
      /no role "egde"; did you mean "edge"/,
    ],
    [
      'that is written twice',
      `- {check: '5.13', roles: [edge], reason: '${reason}'}\n- {check: '5.13', roles: [edge], reason: '${reason}'}`,
      /check 5.13 has two deviations for edge/,
    ],
    ['that are no list', 'check: 5', /entry 1/],
  ];
  for (const [what, yaml, message] of refused) {
    it(`are refused ${what}`, () => {
      assert.throws(() => parseDeviations(yaml), { name: 'UserError', message });
    });
  }
});

describe('the report of the audit', () => {
  it('says what is wrong with what, and what was not asked', () => {
    const lines = reportText(judge(facts({ containers: [writable('release')] }), rules, []));
    assert.match(lines[0] ?? '', /^sluice: 1 containers, 1 images, 1 build files held against \d+ checks$/);
    assert.ok(lines.includes('not applicable on this engine: 5.2, 5.3'));
    assert.ok(
      lines.includes(
        '  5.13 sluice-release  its root file system can be written to (the root file system is read-only)',
      ),
    );
    assert.ok(!lines.includes('nothing but written deviations'));
  });
});
