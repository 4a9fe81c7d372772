import assert from 'node:assert/strict';
import { generateKeyPair } from 'jose';
import { audienceOf, personAtGitLab, type ProofSettings } from '../../pipelines/gitlab-identity';
import { tells } from '../errors/told';
import { jobClaims, TestIssuer, type Claims, type Signing } from '../gitlab/issuer';

/** GitLab is not here: a server of the test's own publishes its keys and signs as GitLab's documentation says. */
describe('who has started a job at GitLab', () => {
  let issuer: TestIssuer;
  let settings: ProofSettings;
  before(async () => {
    issuer = await TestIssuer.start();
    settings = {
      issuer: issuer.url,
      audience: audienceOf('shop'),
      project: 'shop/discounts',
      branch: 'main',
      environment: 'production',
    };
  });
  after(() => issuer.stop());

  const asked = async (claims: Claims = {}, signing?: Signing) =>
    personAtGitLab(await issuer.sign(jobClaims(claims), signing), settings, new Date(), 0);
  const person = async (claims?: Claims, signing?: Signing) => (await asked(claims, signing)).person;

  it('is the person of a token that GitLab has signed for this very job', async () => {
    assert.deepEqual(await asked(), { person: 'ann', commit: '714a629c0b401fdce83e847fc9589983fc6f46bc' });
    assert.equal(await person({ user_login: 'bob.b-c' }), 'bob.b-c');
    // A path in other letters is the same project, and a single audience may be a list.
    assert.equal(await person({ project_path: 'Shop/Discounts', aud: ['sluice/shop'] }), 'ann');
    assert.equal(await person({}, { expires: 60, notBefore: 10 }), 'ann');
  });

  it('is nobody without a token', async () => {
    for (const none of [undefined, '']) {
      await assert.rejects(personAtGitLab(none, settings), tells('noIdToken'));
    }
  });

  /** ForgedIdToken: each of them is the right token but for one thing, and the right one passes above. */
  const forged: Record<string, [RegExp, Claims, Signing?]> = {
    'another issuer': [
      /its iss is "https:\/\/gitlab.example.com", and should be/,
      { iss: 'https://gitlab.example.com' },
    ],
    'another audience': [/its aud is "sluice\/other", and should be "sluice\/shop"/, { aud: 'sluice/other' }],
    'no audience': [/its aud is missing/, { aud: undefined }],
    'a second audience': [/it is for others too/, { aud: ['sluice/shop', 'vault'] }],
    'another project': [/its project_path is "eve\/discounts", and should be/, { project_path: 'eve/discounts' }],
    'another branch': [/its ref is "feature", and should be "main"/, { ref: 'feature' }],
    'a tag of that name': [/its ref_type is "tag", and should be "branch"/, { ref_type: 'tag' }],
    'a branch that is not protected': [/its ref_protected is "false", and should be/, { ref_protected: 'false' }],
    'nothing said of protection': [/its ref_protected is missing/, { ref_protected: undefined }],
    "another environment's job": [/its environment is "stage", and should be "production"/, { environment: 'stage' }],
    'no environment': [/its environment is missing/, { environment: undefined }],
    'a merge request': [/of a merge request's pipeline/, { pipeline_source: 'merge_request_event' }],
    nobody: [/names nobody/, { user_login: undefined }],
    'no name': [/names nobody/, { user_login: 'ann\u001b[2K' }],
    'no commit': [/names no commit/, { sha: undefined }],
    'a past time': [/has expired/, {}, { expires: -60 }],
    'a time to come': [/is not valid yet/, {}, { notBefore: 300 }],
  };
  for (const [what, [why, claims, signing]] of Object.entries(forged)) {
    it(`is nobody of a token with ${what}`, async () => {
      await assert.rejects(person(claims, signing), (error) => tells('idTokenProvesNothing')(error));
      await assert.rejects(person(claims, signing), why);
    });
  }

  it('is nobody of a token that is signed by another key, or only looks signed', async () => {
    const other = await generateKeyPair('RS256');
    const symmetric = new TextEncoder().encode(await issuer.publicText());
    const right = await issuer.sign(jobClaims());
    const [header = '', body = '', signature = ''] = right.split('.');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = encode({ alg: 'none', kid: 'test' });
    const changed = encode({ ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), user_login: 'eve' });
    for (const token of [
      await issuer.sign(jobClaims(), { key: other.privateKey }),
      await issuer.sign(jobClaims(), { key: symmetric, algorithm: 'HS256' }),
      await issuer.sign(jobClaims(), { algorithm: 'RS512' }),
      `${none}.${body}.`,
      `${none}.${body}.${signature}`,
      `${header}.${changed}.${signature}`,
      `${header}.${body}.`,
      right.slice(0, -8),
      'no token',
    ]) {
      await assert.rejects(personAtGitLab(token, settings, new Date(), 0), tells('idTokenProvesNothing'), token);
    }
    assert.equal((await personAtGitLab(right, settings)).person, 'ann');
  });

  it('is nobody where GitLab tells no keys: away, another server, keys that come over http', async () => {
    const iss = (url: string) => ({ ...settings, issuer: url });
    const signed = async (url: string) => issuer.sign(jobClaims({ iss: url }));
    for (const url of ['http://127.0.0.1:1', `${issuer.url}/other`]) {
      await assert.rejects(personAtGitLab(await signed(url), iss(url), new Date(), 0), tells('noIssuerKeys'));
    }
  });
});
