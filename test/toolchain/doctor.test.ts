import assert from 'node:assert/strict';
import { doctorTable } from '../../cli/doctor';
import { oneGitHostIsEnough, reportEngine, reportLacking, reportNode, type ItemReport } from '../../toolchain/inspect';
import { catalogue } from '../../toolchain/catalogue';

const facts = { platform: 'linux', root: true, client: true, daemon: true, apt: true } as const;

function report(item: string, ok: boolean, from: ItemReport['from']): ItemReport {
  return { item, found: 'nothing', needed: '1', from, cost: '', ok };
}

describe('doctor', () => {
  it('tells of the engine what is found, where it comes from and what that costs', () => {
    assert.deepEqual(reportEngine({ ...facts, version: '28.0.1' }), {
      item: 'Docker engine',
      found: '28.0.1',
      needed: '20.10.0 or newer',
      from: 'present',
      cost: '',
      ok: true,
    });
    assert.equal(reportEngine({ ...facts, daemon: false, client: false }).from, 'registries');
    assert.match(reportEngine({ ...facts, platform: 'darwin' }).cost, /start Docker Desktop/);
  });

  it('tells of Node whether it is new enough', () => {
    assert.equal(reportNode('20.19.0').ok, true);
    assert.deepEqual(reportNode('18.20.0'), {
      item: 'Node',
      found: '18.20.0',
      needed: '20.19.0 or newer',
      from: 'nowhere',
      cost: 'install a newer Node',
      ok: false,
    });
  });

  it('adds up what a missing thing costs with all that is missing below it', () => {
    const drone = catalogue({ platform: 'linux', architecture: 'x64' }).find(({ name }) => name === 'drone');
    assert.ok(drone);
    const part = drone.part({ images: 'registries', pulumi: 'registries' });
    const all = reportLacking(drone, part, 'registries', () => false);
    assert.match(all.cost, /^4 steps, about \d+ min/);
    assert.equal(reportLacking(drone, part, 'registries', (each) => each !== part).cost, '1 step, about 5 s');
    assert.equal(reportLacking(drone, undefined, 'registries', () => false).from, 'nowhere');
  });

  it('misses one git host, not two', () => {
    const ok = (...reports: ItemReport[]): boolean[] => oneGitHostIsEnough(reports).map((each) => each.ok);
    assert.deepEqual(ok(report('git host Gogs', false, 'nowhere'), report('git host Gitea', true, 'present')), [
      true,
      true,
    ]);
    assert.deepEqual(ok(report('git host Gogs', false, 'nowhere'), report('git host Gitea', false, 'registries')), [
      true,
      false,
    ]);
    assert.deepEqual(ok(report('git host Gogs', false, 'upstream'), report('git host Gitea', false, 'upstream')), [
      false,
      true,
    ]);
  });

  it('prints a table that says what to do', () => {
    const table = doctorTable([report('Node', true, 'present'), report('Pulumi CLI', false, 'upstream')]);
    assert.deepEqual(table.split('\n'), [
      '         item        found    needed  from      cost',
      'ok       Node        nothing  1       present',
      'missing  Pulumi CLI  nothing  1       upstream',
      '',
      'npm run up brings what is missing.',
    ]);
    assert.match(doctorTable([report('Docker engine', false, 'nowhere')]), /To be done by hand: Docker engine/);
    assert.match(doctorTable([report('Node', true, 'present')]), /Everything is there\.$/);
  });
});
