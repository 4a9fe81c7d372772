import assert from 'node:assert/strict';
import { gateOwner, isAimedAt } from '../../cli/check';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../../config/stack';
import { filesOf, parseFiles, parseProject, sample, type Project } from './project';
import { tells } from './told';

const journey = {
  name: 'journey',
  type: 'datadog',
  publicIds: ['abc-def-ghi'],
  startUrl: 'https://staging.example.com',
};
const keys = { datadogApiKey: { secure: 'v1:a:b' }, datadogAppKey: { secure: 'v1:c:d' } };

/** The sample with this check in production's gate. */
function withCheck(check: object, more: object = keys): Project {
  const project = sample();
  Object.assign(project.production, { gate: [check], ...more });
  return project;
}

const parsed = (check: object, more?: object) => () => parseProject(withCheck(check, more));
const environments = (stacks: StackFile[]) => stacks.filter(isEnvironment);
const byName = (stacks: StackFile[], name: string): EnvironmentFile =>
  environments(stacks).find((each) => each.name === name)!;

describe('a gate with a check of Datadog', () => {
  it('is taken with encrypted keys, and its settings are as they were written', () => {
    const { gate } = byName(parsed(journey)(), 'production').config;
    assert.deepEqual(gate, {
      checks: [
        {
          name: 'journey',
          type: 'datadog',
          timeLimitSeconds: 900,
          settings: { publicIds: ['abc-def-ghi'], startUrl: 'https://staging.example.com' },
        },
      ],
    });
  });

  it('needs keys, by the command that sets them; so does a watch', () => {
    assert.throws(parsed(journey, {}), tells('noCheckSecret'));
    assert.throws(parsed(journey, { datadogApiKey: keys.datadogApiKey }), {
      message:
        'Pulumi.production.yaml: check "journey" (sluice:gate) is of type datadog, which needs sluice:datadogAppKey',
      next: './sluice pulumi config set --secret sluice:datadogAppKey -s production',
    });
    assert.throws(
      parsed({ name: 'a', type: 'command', command: ['true'] }, { watch: { checks: [journey] } }),
      tells('noCheckSecret'),
    );
  });

  it('refuses keys in plain text, and takes them from the environment', () => {
    assert.throws(parsed(journey, { ...keys, datadogApiKey: '0123' }), tells('plainKey'));
    assert.throws(parsed(journey, { ...keys, datadogAppKey: '0123' }), tells('plainKey'));
    const files = filesOf(withCheck(journey, { datadogApiKey: '$DATADOG_API_KEY', datadogAppKey: '$DATADOG_APP_KEY' }));
    assert.deepEqual(
      byName(parseFiles(files), 'production').unset.map(({ name }) => name),
      ['DATADOG_API_KEY', 'DATADOG_APP_KEY'],
    );
  });

  it('refuses an address that only this machine or network can reach, unless through the tunnel', () => {
    for (const startUrl of ['http://localhost:8180', 'http://frontend', 'http://192.168.1.7']) {
      assert.throws(parsed({ ...journey, startUrl }), tells('unreachableStartUrl'));
      assert.doesNotThrow(parsed({ ...journey, startUrl, tunnel: true }));
    }
    assert.doesNotThrow(parsed({ ...journey, startUrl: undefined, tunnel: true }));
  });

  for (const [what, change, message] of [
    [
      'neither address nor tunnel',
      { startUrl: undefined },
      /gate\.0 needs startUrl, the public address of what it tests, or/,
    ],
    ['both ids and search', { search: 'tag:e2e' }, /gate\.0 needs exactly one of publicIds and search/],
    ['neither ids nor search', { publicIds: undefined }, /gate\.0 needs exactly one of publicIds and search/],
    ['an empty search', { publicIds: undefined, search: ' ' }, /gate\.0\.search must not be empty/],
    ['no ids', { publicIds: [] }, /gate\.0\.publicIds must not be empty/],
    ['an id that is none', { publicIds: ['abc'] }, /publicIds\.0 must be a public id like abc-def-ghi, but is "abc"/],
    ['an id twice', { publicIds: ['abc-def-ghi', 'abc-def-ghi'] }, /publicIds must not name a test twice/],
    ['minTests without a search', { minTests: 2 }, /gate\.0 has minTests, which belongs to search/],
    ['service and address', { service: 'frontend' }, /gate\.0 has service and startUrl/],
    [
      'locations through the tunnel',
      { tunnel: true, locations: ['aws:eu-west-3'] },
      /gate\.0 has locations, but through the tunnel/,
    ],
    [
      'a site that is none',
      { site: 'datadog.com' },
      /gate\.0\.site must be one of datadoghq\.com, .* did you mean "datadoghq\.com"\?/,
    ],
    [
      'a gateway that would get the keys in plain text',
      { apiUrl: 'http://api.example.com' },
      /gate\.0 has apiUrl .* write https:/,
    ],
    ['a misspelt setting', { publicIDs: [] }, /unknown key "publicIDs"; did you mean "publicIds"\?/],
    [
      'a service that is not there',
      { startUrl: undefined, tunnel: true, service: 'front' },
      /there is no service of staging "front"/,
    ],
  ] as const)
    it(`refuses ${what}`, () => assert.throws(parsed({ ...journey, ...change }), { message }));

  it('is run by hand against the environment that it names alone', () => {
    const stacks = parsed(journey)();
    const production = byName(stacks, 'production');
    const [check] = production.config.gate.checks;
    const notes: string[] = [];
    const aimed = (name: string, only?: string) => {
      const environment = byName(stacks, name);
      const owner = gateOwner(environment, environments(stacks));
      return isAimedAt(environment, owner, check!, only, (line) => notes.push(line));
    };
    assert.equal(aimed('staging', 'journey'), true);
    assert.equal(aimed('production'), false);
    assert.deepEqual(notes, [
      'check "journey" tests staging, because its startUrl names it, and not production: left out',
    ]);
    assert.throws(() => aimed('production', 'journey'), tells('checkOfAnother'));
  });
});
