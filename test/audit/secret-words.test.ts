import assert from 'node:assert/strict';
import { secretsIn } from '../../audit/secret-words';

describe('secrets in an instruction', () => {
  for (const [instruction, name] of [
    ['ENV DB_PASSWORD=hunter2', 'DB_PASSWORD'],
    ['DB_PASSWORD hunter2', 'DB_PASSWORD'],
    ['PASSWD hunter2', 'PASSWD'],
    ['RUN apt-get install passwd TOKEN abc', 'TOKEN'],
    ['RUN echo passwd=hunter2', 'passwd'],
    ['RUN npm config set //registry.example.com/:_authToken abc', '_authToken'],
    ['RUN aws configure set aws_secret_access_key abc', 'aws_secret_access_key'],
    ['/bin/sh -c #(nop)  ENV API_KEY="abc"', 'API_KEY'],
    ['RUN login --password hunter2', 'password'],
    ['RUN curl -H "Token: abc" http://x', 'Token'],
    ['DB_PASSWORD=hunter2', 'DB_PASSWORD'],
  ] as const)
    it(`are found in: ${instruction}`, () => assert.deepEqual(secretsIn(instruction), [`a value for ${name}`]));

  for (const instruction of [
    'RUN apt-get install passwd socat',
    'ARG TOKEN',
    'ENV PASSWORD=$PASSWORD',
    'RUN addgroup git && usermod --password $HASH git',
  ])
    it(`are none in: ${instruction}`, () => assert.deepEqual(secretsIn(instruction), []));
});
