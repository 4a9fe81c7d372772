import assert from 'node:assert/strict';
import type { SituationName } from '../errors/table';
import { assertTold } from '../errors/told';
import { decideEngine, type EngineDecision, type EngineFacts } from '../../toolchain/items/engine';

const debian: EngineFacts = { platform: 'linux', root: true, client: true, daemon: true, apt: true };
const local = { host: 'unix:///var/run/docker.sock', from: 'context', context: 'default' } as const;

/** What is found, and what is done: the action's name, or what the refusal says and advises. */
const table: [string, EngineFacts, EngineDecision['do'] | [RegExp, RegExp]][] = [
  ['an engine that answers', { ...debian, version: '20.10.24+dfsg1' }, 'use'],
  ['a newer engine', { ...debian, version: '29.1.0' }, 'use'],
  ['an engine that is too old', { ...debian, version: '19.3.5' }, [/found 19\.3\.5, needed 20\.10\.0/, /update/]],
  ['root with a stopped engine', { ...debian, endpoint: local }, 'start'],
  ['root with nothing on Debian', { ...debian, client: false, daemon: false }, 'install'],
  ['root with a client only', { ...debian, daemon: false, endpoint: local }, 'install'],
  [
    'a user with nothing',
    { ...debian, root: false, client: false, daemon: false },
    [/only root/, /ask for: sudo apt-get/],
  ],
  ['a user with a stopped engine', { ...debian, root: false, endpoint: local }, [/does not run/, /systemctl start/]],
  [
    'a user outside the group docker',
    { ...debian, root: false, endpoint: local, problem: 'permission denied while trying to connect' },
    [/may not use/, /group docker/],
  ],
  ['root without apt', { ...debian, apt: false, client: false, daemon: false }, [/no Docker engine/, /install Docker/]],
  [
    'a Mac with Docker Desktop stopped',
    { ...debian, platform: 'darwin', root: false },
    [/does not run/, /start Docker Desktop/],
  ],
  [
    'a Mac without Docker',
    { ...debian, platform: 'darwin', client: false },
    [/no Docker/, /install and start Docker Desktop/],
  ],
  [
    'a remote context that is silent',
    { ...debian, endpoint: { host: 'ssh://shop@host', from: 'context', context: 'shop' }, problem: 'no route' },
    [/context "shop" is ssh:\/\/shop@host.*no route/, /docker context use default/],
  ],
  [
    'DOCKER_HOST that is silent',
    { ...debian, endpoint: { host: 'tcp://127.0.0.1:1', from: 'DOCKER_HOST', context: '' } },
    [/DOCKER_HOST is tcp:\/\/127\.0\.0\.1:1/, /unset DOCKER_HOST/],
  ],
];

/** What the table of errors says of an engine, by the facts here. */
const told: [SituationName, string][] = [
  ['noEngine', 'a user with nothing'],
  ['engineStopped', 'a user with a stopped engine'],
];

describe('decideEngine', () => {
  for (const [name, row] of told)
    it(`${row}: as docs/errors.md says`, () => {
      const facts = table.find(([title]) => title === row)?.[1];
      assert.ok(facts !== undefined);
      const decision = decideEngine(facts);
      assert.ok(decision.do === 'refuse');
      assertTold(name, decision);
    });

  for (const [name, facts, expected] of table)
    it(name, () => {
      const decision = decideEngine(facts);
      if (typeof expected === 'string') assert.deepEqual(decision, { do: expected });
      else {
        assert.ok(decision.do === 'refuse', decision.do);
        assert.match(decision.message, expected[0]);
        assert.match(decision.next, expected[1]);
      }
    });
});
