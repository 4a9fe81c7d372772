import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { distrust, signingString } from '../../pipelines/signature';
import droneRequest from './drone-request.json';
import { signed, Signing } from './signing';

const now = Date.parse('Sat, 21 Nov 2026 12:00:00 GMT');
const body = '{"repo":{}}';

function reason(signing: Signing, change: (headers: Record<string, string>) => void = () => undefined, sent = body) {
  const headers = signed(body, { date: new Date(now), ...signing });
  change(headers);
  return distrust({ method: 'POST', url: '/', headers, body: Buffer.from(sent) }, 'right', now);
}

describe('distrust', () => {
  it('trusts a request of a real Drone server', () => {
    const request = { method: 'POST', url: '/', headers: droneRequest.headers, body: Buffer.from(droneRequest.body) };
    const sent = Date.parse(droneRequest.headers.date);
    assert.equal(distrust(request, 'a-shared-secret', sent), undefined);
    assert.equal(distrust(request, 'another-secret', sent), 'the signature is wrong');
  });

  it('trusts a signature in either header and with the request line', () => {
    assert.equal(reason({}), undefined);
    assert.equal(reason({ names: ['(request-target)', 'date', 'digest'] }), undefined);
    const moved = (headers: Record<string, string>) => {
      headers['authorization'] = `Signature ${headers['signature'] ?? ''}`;
      delete headers['signature'];
    };
    assert.equal(reason({}, moved), undefined);
  });

  const forged: [why: string, reason: string | undefined][] = [
    ['the request is not signed', reason({}, (headers) => delete headers['signature'])],
    [
      'the request is not signed',
      reason({}, (headers) => {
        delete headers['signature'];
        headers['authorization'] = 'Basic cmlnaHQ6';
      }),
    ],
    ['the signature names another key', reason({ keyId: 'other' })],
    ['the signature is not hmac-sha256', reason({ algorithm: 'hmac-sha1' })],
    ['the signature does not cover the header date', reason({ names: ['digest'] })],
    ['the signature does not cover the header digest', reason({ names: ['date', 'accept'] })],
    [
      'the signature does not cover the header digest',
      reason({}, (headers) => {
        headers['signature'] = (headers['signature'] ?? '').replace(/,headers="[^"]*"/, '');
      }),
    ],
    ['a signed header is not there', reason({}, (headers) => delete headers['accept'])],
    ['the signature is wrong', reason({ secret: 'wrong' })],
    [
      'the signature is wrong',
      reason({}, (headers) => {
        headers['signature'] = (headers['signature'] ?? '').replace(/signature="[^"]*"/, 'signature=""');
      }),
    ],
    ['the signature is wrong', reason({}, (headers) => (headers['digest'] = 'SHA-256=AAAA'))],
    ['the request is too old or too new', reason({ date: new Date(now - 301_000) })],
    ['the request is too old or too new', reason({ date: new Date(now + 301_000) })],
    ['the body is not the signed one', reason({}, undefined, '{"repo":{"slug":"a/b"}}')],
  ];
  for (const [why, found] of forged) it(`distrusts: ${why}`, () => assert.equal(found, why));

  it('distrusts an unreadable date and an unknown kind of digest, rightly signed as they are', () => {
    for (const [name, value, why] of [
      ['date', 'yesterday', 'the request is too old or too new'],
      ['digest', 'MD5=AAAA', 'the body is not the signed one'],
    ] as const) {
      const headers = { date: new Date(now).toUTCString(), digest: 'none', [name]: value };
      assert.equal(distrust(signWith(headers), 'right', now), why);
    }
  });

  it('distrusts any other secret and any other body', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (secret, other) => {
        fc.pre(secret !== 'right' && other !== body);
        assert.equal(reason({ secret }), 'the signature is wrong');
        assert.equal(reason({}, undefined, other), 'the body is not the signed one');
      }),
    );
  });
});

/** A request whose signature is right whatever its headers say. */
function signWith(headers: Record<string, string>) {
  const names = ['date', 'digest'];
  const text = signingString({ method: 'POST', url: '/', headers }, names) ?? '';
  const signature = createHmac('sha256', 'right').update(text).digest('base64');
  const parameters = `keyId="hmac-key",algorithm="hmac-sha256",headers="date digest",signature="${signature}"`;
  return { method: 'POST', url: '/', headers: { ...headers, signature: parameters }, body: Buffer.from(body) };
}
