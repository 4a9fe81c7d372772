import assert from 'node:assert/strict';
import { parseRequest } from '../../checks/contract';
import { parseVerdict, unknownVerdict } from '../../checks/protocol';
import { UserError } from '../../base/errors';

const request = {
  name: 'shop',
  type: 'http',
  environment: 'staging',
  candidate: {},
  urls: { discounts: 'http://discounts' },
  settings: { service: 'discounts', path: '/health' },
  evidence: '/tmp/evidence',
  timeLimitSeconds: 30,
};

function refused(value: unknown): string {
  try {
    parseRequest(value);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.message;
  }
  throw new Error('it was taken');
}

describe('check request', () => {
  it('takes one of each type', () => {
    assert.deepEqual(parseRequest(request), request);
    const browser = { ...request, type: 'browser', settings: { scenario: 'export default async () => {}' } };
    assert.deepEqual(parseRequest(browser), browser);
    const command = { ...request, type: 'command', settings: { command: ['true'] } };
    assert.deepEqual(parseRequest(command), command);
  });

  it('names each field that is wrong', () => {
    const message = refused({ ...request, timeLimitSeconds: 0, settings: { service: 'discounts', path: 'health' } });
    assert.match(message, /timeLimitSeconds: /);
    assert.match(message, /settings\.path: should start with "\/"/);
  });

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ['a misspelt setting', { settings: { service: 'discounts', path: '/', staus: 200 } }, /"staus"/],
    ['an unknown type', { type: 'smoke' }, /type: /],
    ['a service that is not there', { settings: { service: 'shop', path: '/' } }, /there is no service shop/],
    [
      'a broken regular expression',
      { settings: { service: 'discounts', path: '/', body: { matches: '(' } } },
      /settings\.body\.matches: should be a regular expression/,
    ],
    ['a URL that is none', { urls: { discounts: 'discounts' } }, /urls\.discounts: /],
    ['an address that is no web address', { urls: { discounts: 'file:///etc/passwd' } }, /urls\.discounts: /],
    ['an empty scenario', { type: 'browser', settings: { scenario: '' } }, /settings\.scenario: /],
    [
      'two viewports of one name',
      {
        type: 'browser',
        settings: {
          scenario: 'x',
          viewports: [
            { name: 'a', width: 300, height: 300 },
            { name: 'a', width: 400, height: 300 },
          ],
        },
      },
      /viewports: should have different names/,
    ],
    ['a command without a program', { type: 'command', settings: { command: [] } }, /settings\.command: /],
  ];
  for (const [name, change, message] of wrong) {
    it(`refuses ${name}`, () => assert.match(refused({ ...request, ...change }), message));
  }

  it('refuses what is no object', () => assert.match(refused('pass'), /the check's request is wrong: it: /));
});

describe('check verdict', () => {
  it('is read, and nothing else is taken for one', () => {
    const verdict = unknownVerdict('no browser', new Date(0));
    assert.deepEqual(parseVerdict(JSON.parse(JSON.stringify(verdict))), verdict);
    assert.equal(parseVerdict({ ...verdict, verdict: 'passed' }), undefined);
    assert.equal(parseVerdict({ verdict: 'pass' }), undefined);
    assert.equal(parseVerdict(null), undefined);
  });
});
