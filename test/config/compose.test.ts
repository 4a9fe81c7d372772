import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { filesOfCompose, withComposeServices } from '../../config/compose';
import { parseFiles } from '../errors/project';
import { tells } from '../errors/told';

const digest = `sha256:${'a'.repeat(64)}`;
const compose = `services:
  web:
    build: .
    ports: ["8080:3000"]
    environment: { A: 1, TOKEN: "\${TOKEN}", KEPT: x }
    volumes: ["data:/data"]
  db:
    image: db@${digest}
    secrets: [password]
volumes: { data: }
secrets:
  password: { file: ./password.txt }
`;

type Services = Record<string, Record<string, unknown>>;

describe('services of a compose file and of a stack file', () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-compose-'));
    fs.writeFileSync(path.join(root, 'docker-compose.yml'), compose);
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const composeSecrets = { TOKEN: 't', password: 'p' };
  const merged = (services: Services, more: object = {}): Services =>
    withComposeServices('staging', { compose: 'docker-compose.yml', composeSecrets, services, ...more }, root)[
      'services'
    ] as Services;

  it('are those of the compose file where the stack file says nothing', () => {
    const { web, db } = merged({});
    assert.deepEqual([web?.['build'], web?.['port'], web?.['strategy']], ['web', 8080, 'recreate']);
    assert.deepEqual(db?.['secretFiles'], { '/run/secrets/password': { content: 'p', mode: '0444' } });
  });

  it('are what the stack file says, key by key; of variables and volumes, each by its name', () => {
    const { web } = merged({
      web: { repository: 'shop', port: 8181, env: { A: '2', TOKEN: 'plain' }, volumes: { '/more': 'more' } },
    });
    assert.equal(web?.['build'], undefined);
    assert.deepEqual([web?.['repository'], web?.['port'], web?.['containerPort']], ['shop', 8181, 3000]);
    assert.deepEqual(web?.['env'], { A: '2', KEPT: 'x', TOKEN: 'plain' });
    assert.deepEqual(web['secretEnv'], {});
    assert.deepEqual(web['volumes'], { '/data': 'data', '/more': 'more' });
  });

  it('are joined by those that the stack file alone has', () => {
    assert.deepEqual(merged({ front: { build: 'front', port: 1 } })['front'], { build: 'front', port: 1 });
  });

  it('are left to the schema where something else is wrong', () => {
    const raw = { compose: 'docker-compose.yml', services: 'nonsense' };
    assert.equal(withComposeServices('staging', raw, root), raw);
    for (const file of ['', '/etc/passwd', '../x.yml', 5]) {
      const other = { compose: file, services: {} };
      assert.equal(withComposeServices('staging', other, root), other);
    }
  });

  it('lead to files that pipelines need, and to those with secrets, which they must not have', () => {
    fs.writeFileSync(path.join(root, '.env'), 'A=1\n');
    const files = filesOfCompose('staging', { compose: 'docker-compose.yml' }, root);
    assert.deepEqual(files, { read: ['docker-compose.yml', '.env'], secret: ['password.txt'] });
  });
});

describe('a stack with a compose file', () => {
  const platform = 'config:\n  sluice:role: platform\n';
  const staging = (lines: string): string => `config:\n${lines.replace(/^/gm, '  ')}\n`;

  it('that does not exist, is told by name', () => {
    const files = { platform, staging: staging('sluice:compose: nowhere/docker-compose.yml') };
    assert.throws(() => parseFiles(files), tells('composeRefused'));
  });

  it('with a secret that everybody can read, is told the command that encrypts it', () => {
    const files = { platform, staging: staging('sluice:composeSecrets:\n  TOKEN: abc') };
    assert.throws(() => parseFiles(files), tells('composePlainSecret'));
    for (const value of ['{ secure: v1:a:b }', '$TOKEN', "''"]) {
      assert.doesNotThrow(() =>
        parseFiles({ ...files, staging: staging(`sluice:composeSecrets:\n  TOKEN: ${value}`) }),
      );
    }
  });

  it('has a service without a port only where no second one runs beside it', () => {
    const services = (lines: string) => ({
      platform,
      staging: staging(`sluice:services:\n  db: { image: "db@${digest}"${lines} }`),
    });
    assert.throws(() => parseFiles(services('')), tells('noPort'));
    assert.throws(() => parseFiles(services(', strategy: recreate, idleSeconds: 60')), tells('noPort'));
    assert.doesNotThrow(() => parseFiles(services(', strategy: recreate')));
  });

  it('gives no files to a container that only reads its root', () => {
    const file = ', strategy: recreate, files: { /a: { content: x } }';
    const files = { platform, staging: staging(`sluice:services:\n  db: { image: "db@${digest}"${file} }`) };
    assert.throws(() => parseFiles(files), /is given files, which the engine can't put under a root that is only read/);
  });

  it('has commands and files whose "$NAME" is theirs', () => {
    const own =
      ', strategy: recreate, readOnly: false, command: ["$HOME"], entrypoint: ["$X"], files: { /a: { content: $Y } }';
    const files = { platform, staging: staging(`sluice:services:\n  db: { image: "db@${digest}"${own} }`) };
    const config = parseFiles(files).find(({ name }) => name === 'staging')?.config;
    assert.ok(config?.role === 'environment');
    const { command, entrypoint, files: given } = config.services['db'] ?? {};
    assert.deepEqual([command, entrypoint, given?.['/a']?.content], [['$HOME'], ['$X'], '$Y']);
  });
});

describe('a check of a service', () => {
  it('that no edge answers for, is told by name', () => {
    const services = `sluice:services:\n  db: { image: "db@${digest}", strategy: recreate }`;
    const gate = 'sluice:promotesFrom: staging\nsluice:gate:\n  - { name: a, type: http, service: db, path: / }';
    const text = (lines: string): string => `config:\n${lines.replace(/^/gm, '  ')}\n`;
    const files = {
      platform: text('sluice:role: platform'),
      staging: text(services),
      production: text(`${services}\n${gate}`),
    };
    assert.throws(() => parseFiles(files), tells('checkWithoutEdge'));
  });
});
