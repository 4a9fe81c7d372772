import assert from 'node:assert/strict';
import { digest, problemsOf, problemsOfService, readText, service } from './reading';

/** What stands in a service `web` from line 4 of the file on, and what is said of it. */
const refused: readonly [string, string, RegExp][] = [
  ['privileged: true', '4: services.web.privileged', /gives a service the whole machine/],
  ['user: a\nnetwork_mode: host', '5: services.web.network_mode', /takes the service out of the environment's network/],
  ['pid: host', '4: services.web.pid', /whole machine/],
  ['ipc: host', '4: services.web.ipc', /shares what keeps containers apart/],
  ['devices: ["/dev/fuse"]', '4: services.web.devices', /part of the machine/],
  [
    'cap_add:\n  - CHOWN\n  - NET_ADMIN',
    '6: services.web.cap_add.1',
    /NET_ADMIN is more than any container has by default/,
  ],
  ['security_opt: ["seccomp:unconfined"]', '4: services.web.security_opt.0', /loosens what holds every container/],
  ['restart: no', '4: services.web.restart', /is a task that runs once/],
  [
    'healthcheck:\n  disable: true',
    '5: services.web.healthcheck.disable',
    /only a release that is known to be healthy/,
  ],
  ['healthcheck:\n  test: NONE\n  interval: soon', '6: services.web.healthcheck.interval', /"soon" is no duration/],
  ['healthcheck:\n  test: [NONE]', '5: services.web.healthcheck.test', /only a release that is known to be healthy/],
  ['healthcheck:\n  interval: 5s', '4: services.web.healthcheck', /says no "test"/],
  ['deploy:\n  replicas: 3', '5: services.web.deploy.replicas', /is 3, but an environment runs one container/],
  ['scale: 2', '4: services.web.scale', /is 2, but an environment runs one/],
  ['deploy:\n  mode: global', '5: services.web.deploy.mode', /one container of a service/],
  [
    'deploy:\n  resources:\n    limits:\n      pids: 5',
    '7: services.web.deploy.resources.limits.pids',
    /512 processes/,
  ],
  ['ports:\n  - "80:80"\n  - "81:81"', '6: services.web.ports.1', /is a second port/],
  ['ports: ["53:5353/udp"]', '4: services.web.ports.0', /publishes UDP; the edge .* HTTP alone/],
  ['ports: ["3000-3005:3000-3005"]', '4: services.web.ports.0', /is a range of ports/],
  ['ports: ["3000"]', '4: services.web.ports.0', /takes any free port of the host.*write "8080:3000"/],
  ['ports: ["5432:5432"]', '4: services.web.ports.0', /publishes PostgreSQL \(5432\).*reach it as web:5432/],
  ['ports: ["127.0.0.1:8080:80"]', '4: services.web.ports.0', /write sluice:bind: 127\.0\.0\.1/],
  ['ports: ["80:99999"]', '4: services.web.ports.0', /99999 is no port/],
  ['ports: ["eighty"]', '4: services.web.ports.0', /"eighty" is no port; write "8080:80"/],
  ['ports:\n  - published: 80', '5: services.web.ports.0', /says no target/],
  ['volumes:\n  - /var/run/docker.sock:/s:ro', '5: services.web.volumes.0', /whoever has it has the whole machine/],
  ['volumes: ["/:/host:ro"]', '4: services.web.volumes.0', /shows the machine to a container/],
  ['volumes: ["/etc/localtime:/etc/localtime:ro"]', '4: services.web.volumes.0', /set TZ in "environment"/],
  ['volumes: ["/srv/x:/x:ro"]', '4: services.web.volumes.0', /is a folder of one machine/],
  ['volumes: ["./data:/data"]', '4: services.web.volumes.0', /a folder of this machine that the service may write to/],
  ['volumes: ["~/x:/x:ro"]', '4: services.web.volumes.0', /somebody's home/],
  ['volumes: ["/cache"]', '4: services.web.volumes.0', /has no name, so that what it holds would be lost/],
  ['volumes: ["data:/data"]', '4: services.web.volumes.0', /there is no volume "data"; write "data:" under "volumes"/],
  ['volumes: ["./nothing:/x:ro"]', '4: services.web.volumes.0', /there is no file nothing/],
  ['volumes: ["../x:/x:ro"]', '4: services.web.volumes.0', /\.\.\/x is outside the project/],
  ['volumes:\n  - type: image\n    source: a\n    target: /a', '5: services.web.volumes.0', /of type image/],
  ['env_file: nothing.env', '4: services.web.env_file', /there is no file nothing\.env/],
  [
    'environment:\n  - A=1\n  - SSH_AUTH_SOCK',
    '6: services.web.environment.SSH_AUTH_SOCK',
    /takes its value from the machine/,
  ],
  ['environment:\n  A: 1.10', '5: services.web.environment.A', /docker compose writes as 1\.1; put 1\.10 into quotes/],
  ['environment:\n  A: [1]', '5: services.web.environment.A', /must be text, but is a list/],
  [
    'environment:\n  A: ${NOWHERE}',
    '5: services.web.environment.A',
    /the variable NOWHERE is not set: write NOWHERE=… to \.env/,
  ],
  [
    'environment:\n  A: ${NOWHERE:?ask the team}',
    '5: services.web.environment.A',
    /NOWHERE is not set \(ask the team\)/,
  ],
  ['environment:\n  A: 100$', '5: services.web.environment.A', /write \$\$ for a dollar/],
  ['command: ["sh", "-c", "echo ${SECRET}"]', '4: services.web.command.2', /may stand in "environment" alone/],
  ['command: sh -c "echo', '4: services.web.command', /a quote that is left open/],
  ['depends_on: [nobody]', '4: services.web.depends_on.0', /there is no service "nobody"/],
  [
    'depends_on:\n  web: { condition: service_completed_successfully }',
    '5: services.web.depends_on.web.condition',
    /waits for the end of web/,
  ],
  ['depends_on: [web]', '4: services.web.depends_on', /in a circle: web → web/],
  ['secrets: [nothing]', '4: services.web.secrets.0', /there is no "nothing" under the file's own "secrets"/],
  [
    'extra_hosts: ["host.docker.internal:host-gateway"]',
    '4: services.web.extra_hosts.host.docker.internal',
    /is the machine itself/,
  ],
  ['mem_limit: lots', '4: services.web.mem_limit', /"lots" is no size/],
  ['mem_limit: 4m', '4: services.web.mem_limit', /less than 16 MiB/],
  ['logging: { driver: syslog }', '4: services.web.logging.driver', /logs stay with the engine/],
  [
    'networks:\n  default:\n    ipv4_address: 10.0.0.2',
    '6: services.web.networks.default.ipv4_address',
    /is an address; an environment is one network/,
  ],
  ['init: maybe', '4: services.web.init', /must be true or false, but is "maybe"/],
  ['extends: nobody', '4: services.web.extends', /there is no service "nobody" in docker-compose\.yml; it has web/],
  ['extends: web', '4: services.web.extends', /goes round in a circle: web → web/],
  ['extends: { file: ../common.yml, service: web }', '4: services.web.extends.file', /outside the project/],
  ['prots: ["80:80"]', '4: services.web.prots', /is no key of a service; did you mean "ports"\?/],
  ['links: ["web:other"]', '4: services.web.links.0', /gives web the name other/],
  ['read_only: true\nvolumes: ["./a.conf:/a.conf:ro"]', '4: services.web.read_only', /gives no files/],
];

describe('a compose file that can’t become an environment', () => {
  for (const [lines, place, why] of refused) {
    it(`${place}: ${lines.replace(/\s+/g, ' ')}`, () => {
      const said = problemsOfService(lines, { secrets: { SECRET: 'x' } }, { 'a.conf': 'a' });
      const own = said.find((line) => line.startsWith(`docker-compose.yml:${place}: `));
      assert.ok(own !== undefined, said.join('\n'));
      assert.match(own, why);
    });
  }

  const file = (text: string): string[] => problemsOf(() => readText(text));

  it('names the line on which an anchor says it, for each service that uses it', () => {
    const text = `x-base: &base\n  privileged: true\nservices:\n  a:\n    <<: *base\n    image: a@${digest}\n  b:\n    <<: *base\n    image: b@${digest}\n`;
    const places = file(text).map((line) => line.split(': ').slice(0, 2).join(' '));
    assert.deepEqual(places, [
      'docker-compose.yml:2 services.a.privileged',
      'docker-compose.yml:2 services.b.privileged',
    ]);
  });

  it('names the other file when what is extended says it', () => {
    const text = 'services:\n  web:\n    extends: { file: common/base.yml, service: base }\n';
    const base = `services:\n  base:\n    image: web@${digest}\n    env_file: x.env\n    pid: host\n`;
    assert.deepEqual(
      problemsOf(() => readText(text, {}, { 'common/base.yml': base })).map((line) =>
        line.split(': ').slice(0, 2).join(' '),
      ),
      ['common/base.yml:4 services.web.env_file', 'common/base.yml:5 services.web.pid'],
    );
  });

  it('is no YAML, has a tag of docker compose, or an alias of itself: by line', () => {
    assert.deepEqual(
      file('services:\n  web: {\n'),
      [
        'docker-compose.yml:3: YAML: Flow map in block collection must be sufficiently indented and end with a }',
      ].concat(file('services:\n  web: {\n').slice(1)),
    );
    assert.match(
      file('services:\n  web:\n    ports: !reset []\n').join(),
      /^docker-compose\.yml:3: YAML: Unresolved tag: !reset/,
    );
    assert.match(
      file('services:\n  web: &web\n    image: *web\n').join(),
      /^docker-compose\.yml:3: YAML: the alias \*web stands inside what it names/,
    );
    assert.match(file('services:\n  web: *nothing\n').join(), /^docker-compose\.yml:2: YAML: .*nothing/);
  });

  it('is so many aliases of aliases that nothing could hold them', () => {
    const lines = Array.from(
      { length: 9 },
      (_, index) =>
        `x-${index}: &a${index} [${Array(10)
          .fill(index === 0 ? '1' : `*a${index - 1}`)
          .join(', ')}]`,
    );
    assert.match(file(`${lines.join('\n')}\nservices: {}\n`).join(), /has more than 50000 parts/);
  });

  it('has keys of its own that are not read, services with names that no address can have', () => {
    assert.match(file('include: [a.yml]\nservices: {}\n').join(), /^docker-compose\.yml:1: include: is not read/);
    assert.match(file('sevrices: {}\n').join(), /:1: sevrices: is no key of a compose file; did you mean "services"\?/);
    assert.match(
      file(`services:\n  my_app: { image: a@${digest} }\n`).join(),
      /:2: services\.my_app: is a name that no address can have/,
    );
    assert.match(file('[]\n').join(), /:1: file: is no compose file/);
  });

  it('keeps services apart by networks, or wants one of somebody else', () => {
    const image = `image: a@${digest}`;
    const apart = `services:\n  db:\n    ${image}\n    networks: [back]\n  proxy:\n    ${image}\n    networks: [front]\nnetworks:\n  back:\n  front:\n`;
    assert.deepEqual(file(apart), [
      'docker-compose.yml:7: services.proxy.networks: keep proxy and db apart, but an environment is one network of its own, whose addresses the engine gives: put all services into one of them',
    ]);
    const foreign = `services:\n  db:\n    ${image}\n    networks: [back]\nnetworks:\n  back:\n    external: true\n`;
    assert.match(file(foreign).join(), /^docker-compose\.yml:7: networks\.back\.external: is of somebody else/);
  });

  it('has a volume of somebody else that is used; what is not used is nobody’s', () => {
    const text = service('volumes: ["data:/data"]').concat(
      'volumes:\n  data:\n    external: true\n  other:\n    external: true\n',
    );
    assert.deepEqual(file(text), [
      'docker-compose.yml:7: volumes.data.external: is of somebody else; an environment makes its volumes itself',
    ]);
  });

  it('builds with arguments or stages that no pipeline knows', () => {
    const text =
      'services:\n  web:\n    build:\n      context: .\n      target: prod\n      args:\n        A: 1\n      dockerfile: Dockerfile.prod\n';
    assert.deepEqual(
      file(text).map((line) => line.split(': ').slice(0, 2).join(' ')),
      [
        'docker-compose.yml:5 services.web.build.target',
        'docker-compose.yml:6 services.web.build.args',
        'docker-compose.yml:8 services.web.build.dockerfile',
      ],
    );
  });

  it('is text, and so are the files beside it', () => {
    const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
    const text = service('env_file: web.env');
    const why = 'holds a byte that is no UTF-8: save the file as UTF-8';
    assert.deepEqual(
      problemsOf(() => readText(latin1(text.replace('env_file', '# caf\u00e9\n    env_file')))),
      [`docker-compose.yml:4: text: ${why}`],
    );
    for (const name of ['web.env', '.env']) {
      const beside = { 'web.env': 'A=1\n', [name]: latin1('A=1\nB=caf\u00e9\n') };
      assert.deepEqual(
        problemsOf(() => readText(text, {}, beside)),
        [`${name}:2: text: ${why}`],
      );
    }
  });

  it('needs a service that its profiles leave out', () => {
    const text = service('depends_on: [db]').concat(`  db:\n    image: db@${digest}\n    profiles: [dev]\n`);
    assert.deepEqual(file(text), [
      'docker-compose.yml:4: services.web.depends_on.0: needs db, which is left out because of its profiles; see sluice:composeProfiles',
    ]);
    const optional = text.replace('[db]', '{ db: { condition: service_started, required: false } }');
    assert.equal(readText(optional).services['web']?.dependsOn?.['db'], undefined);
  });
});
