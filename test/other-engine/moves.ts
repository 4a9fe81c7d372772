import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { docker } from '../../clients/docker/docker';
import { startSshAgent } from '../../clients/ssh/ssh-agent';
import { assertEnded } from '../errors/told';
import { setIn } from '../end-to-end/isolate';
import { startSshHost } from '../ssh-host';
import { containersHere, letIn, portOf, type TeamWithMachines } from './team';

/** Tests of a machine that another takes the place of. @param theTeam runs the same release, `three`, in both environments */
export function itMoves(theTeam: () => TeamWithMachines): void {
  const up = (): ReturnType<TeamWithMachines['world']['run']> => theTeam().world.run('up', 'staging');
  const farIds = async (): Promise<string> => (await theTeam().far.docker('ps', '--all', '--quiet')).stdout;

  const isHere = async (): Promise<void> => {
    assert.deepEqual(await theTeam().farContainers(), []);
    assert.equal(await (await fetch(`http://127.0.0.1:${portOf('staging')}/`)).text(), 'three');
  };
  const isFar = async (): Promise<void> => {
    assert.deepEqual(await containersHere('staging'), []);
    assert.equal((await theTeam().farContainers()).length, 2);
    assert.equal(await theTeam().says('staging'), 'three');
  };

  it('moves to another machine with its ledger and the evidence, and back with what has happened there', async () => {
    const team = theTeam();
    const known = await team.ledger('staging');
    team.moveStaging(team.near.place);
    const away = await up();
    assert.equal(away.code, 0, away.all);
    await isHere();
    const there = await team.ledger('staging');
    assert.deepEqual(there.slice(0, known.length), known);
    assert.equal(there.at(-1)?.kind, 'cutover');
    const broken = known.find((record) => record.kind === 'unhealthy');
    const words = await team.world.run('evidence', 'staging', broken?.evidence?.split('/').at(-1) ?? '');
    assert.match(fs.readFileSync(words.stdout.trim(), 'utf8'), /no price list: giving up/);

    team.moveStaging(team.far.ssh.place);
    const back = await up();
    assert.equal(back.code, 0, back.all);
    await isFar();
    assert.deepEqual((await team.ledger('staging')).slice(0, there.length), there);
  });

  it('moves to this engine by a key of somebody’s agent, and back with what has happened here', async () => {
    const team = theTeam();
    const known = await team.ledger('staging');
    setIn(team.world.clone, 'staging', ['sluice:target'], { kind: 'engine' });
    setIn(team.world.clone, 'staging', ['sluice:sshPrivateKey'], '');
    const agent = await startSshAgent(team.far.ssh.privateKey, 'somebody');
    team.world.env['SSH_AUTH_SOCK'] = agent.socket;
    try {
      const here = await team.world.run('up', 'platform', 'staging');
      assert.equal(here.code, 0, here.all);
    } finally {
      delete team.world.env['SSH_AUTH_SOCK'];
      await agent.stop();
    }
    await isHere();
    setIn(team.world.clone, 'staging', ['sluice:target'], { kind: 'ssh-docker', ...team.far.ssh.place });
    setIn(team.world.clone, 'staging', ['sluice:sshPrivateKey'], '$SSH_PRIVATE_KEY');
    const back = await up();
    assert.equal(back.code, 0, back.all);
    await isFar();
    const later = await team.ledger('staging');
    assert.deepEqual(later.slice(0, known.length), known);
    assert.deepEqual(
      later.slice(known.length).map(({ kind }) => kind),
      ['switch', 'cutover'],
    );
  });

  it('another address of its machine changes no container', async () => {
    const team = theTeam();
    const { place } = team.far.ssh;
    const before = await farIds();
    for (const host of ['localhost', place.host]) {
      team.moveStaging({ ...place, host });
      const { code, all } = await up();
      assert.equal(code, 0, all);
      assert.equal(await farIds(), before);
    }
    assert.match((await up()).all, /staging: nothing changed/);
  });

  it('a machine that is gone for good is left for another, and then forgotten', async () => {
    const team = theTeam();
    const lost = await startSshHost({ name: 'lost' });
    try {
      await letIn(lost, team.far.ssh);
      team.moveStaging(lost.place);
      const there = await up();
      assert.equal(there.code, 0, there.all);
    } finally {
      await lost.stop();
    }
    team.moveStaging(team.far.ssh.place);
    const back = await up();
    assertEnded('machineLeft', back);
    assert.equal(await team.says('staging'), 'three');
    const typed = /if it is gone for good: \.\/sluice pulumi (state delete .*)/.exec(back.all)?.[1] ?? '';
    const before = await farIds();
    const forgotten = await team.world.run('pulumi', ...typed.split(' '));
    assert.equal(forgotten.code, 0, forgotten.all);
    const after = await up();
    assert.equal(after.code, 0, after.all);
    assert.equal(await farIds(), before);
    assert.match((await up()).all, /staging: nothing changed/);
    // What the lost machine still had is on this one's engine.
    const left = await containersHere('staging');
    assert.ok(left.length > 0);
    await docker(['rm', '--force', ...left]);
  });

  it('a machine that is away, and one with another key, are told before anything is changed', async () => {
    const team = theTeam();
    const { hostKey, port } = team.far.ssh.place;
    const set = (key: string, value: unknown): void =>
      setIn(team.world.clone, 'staging', ['sluice:target', key], value);
    try {
      set('hostKey', team.near.place.hostKey);
      const other = await up();
      assert.equal(other.code, 2, other.all);
      assert.match(other.all, /its host key should be/);
      set('hostKey', hostKey);
      set('port', 9);
      const away = await up();
      assert.equal(away.code, 2, away.all);
      assert.match(away.all, /can't be reached by SSH/);
    } finally {
      set('hostKey', hostKey);
      set('port', port);
    }
    assert.equal(await team.says('staging'), 'three');
  });
}
