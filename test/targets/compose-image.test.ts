import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { UserError } from '../../base/errors';
import { digestIn, frameOf, imageLines, withImages } from '../../targets/compose-image';
import type { SituationName } from '../errors/table';
import { assertTold } from '../errors/told';

const digest = `sha256:${'a'.repeat(64)}`;
const image = `registry.example.com/shop/api:1.4@${digest}`;
const found = (text: string, ...services: string[]) =>
  imageLines(text, services.length === 0 ? ['api'] : services, 'docker-compose.yml');
const replaced = (text: string, ...services: string[]): string =>
  withImages(text, found(text, ...services).lines, () => image);

describe('the image of a service in a compose file', () => {
  for (const [what, text] of [
    ['plain', 'services:\n  api:\n    image: api:1\n'],
    ['with a comment behind it', 'services:\n  api:\n    image: api:1   # by hand\n    ports: ["80:80"]\n'],
    ['in double quotes', 'services:\n  api:\n    image: "api:1"\n'],
    ['in single quotes', "services:\n  api:\n    image:   'api:1' # x\n"],
    ['by digest already', `services:\n  api:\n    image: r.example.com:5000/a/b:2@sha256:${'b'.repeat(64)}\n`],
    ['without a line break at the end', 'services:\n  api:\n    image: api:1'],
    ['with Windows’ line ends', 'services:\r\n  api:\r\n    image: api:1\r\n    restart: always\r\n'],
    ['in braces', 'services: {api: {image: api:1, restart: always}, db: {build: .}}\n'],
    ['below a quoted key', 'services:\n  "api":\n    "image": api:1\n'],
    [
      'beside a merge of other settings',
      'x-a: &a\n  restart: always\nservices:\n  api:\n    <<: *a\n    image: api:1\n',
    ],
    [
      'of a service whose settings another takes over with its own image',
      'services:\n  api: &api\n    image: api:1\n  job:\n    <<: *api\n    image: job:1\n',
    ],
    ['of version 2', 'version: "2.4"\nservices:\n  api:\n    image: api:1\n    mem_limit: 1g\n'],
    ['behind a mark of the byte order', '\uFEFFservices:\n  api:\n    image: api:1\n'],
    ['behind comments and tabs', '#\tone\n\n# two\nservices:\n  # three\n  api:\n    image: api:1\t# four\n'],
  ] as const) {
    it(`${what}: nothing but it changes`, () => {
      const [line] = found(text).lines;
      assert.ok(line);
      const written = `${line.before}${line.quote}${line.image}${line.quote}${line.after}`;
      assert.equal(text.split('\n')[line.line - 1], written);
      assert.equal(
        replaced(text),
        text.replace(`${line.quote}${line.image}${line.quote}`, `${line.quote}${image}${line.quote}`),
      );
      assert.equal(found(replaced(text)).lines[0]?.image, image);
    });
  }

  it('of two services: both lines, in their order', () => {
    const text = 'services:\n  web:\n    image: web:1\n  api:\n    image: api:1\n';
    assert.deepEqual(
      found(text, 'api', 'web').lines.map(({ service, line }) => [service, line]),
      [
        ['web', 3],
        ['api', 5],
      ],
    );
  });

  it('tells the project’s name', () => {
    assert.equal(found('name: shop\nservices:\n  api:\n    image: api:1\n').project, 'shop');
    assert.equal(found('name: ${X}\nservices:\n  api:\n    image: api:1\n').project, '');
  });

  for (const [what, text, says] of [
    ['no such service', 'services:\n  apo:\n    image: a\n', /line 2: it has no service "api"; did you mean "apo"\?/],
    ['no image', 'services:\n  api:\n    build: .\n', /line 2: api has no image/],
    ['an empty image', 'services:\n  api:\n    image:\n', /line 3: api has no image/],
    ['nothing', 'services:\n  api:\n', /line 2: api has no settings/],
    ['an alias for the service', 'x: &x {image: a}\nservices:\n  api: *x\n', /line 3: api is an alias \(\*x\)/],
    ['an alias', 'x: &x a:1\nservices:\n  api:\n    image: *x\n', /line 4: the image of api is an alias \(\*x\)/],
    ['a merge', 'x: &x {image: a}\nservices:\n  api:\n    <<: *x\n', /line 4: the image of api comes from a merge/],
    [
      'extends',
      'services:\n  api:\n    extends: {file: a.yml, service: b}\n',
      /line 3: the image of api comes from extends/,
    ],
    [
      'a variable',
      'services:\n  api:\n    image: api:${TAG:-1}\n',
      /line 3: the image of api holds a variable: api:\$\{TAG:-1\}/,
    ],
    ['an anchor', 'services:\n  api:\n    image: &i api:1\n', /line 3: the image of api has an anchor \(&i\)/],
    [
      'settings that others take over',
      'services:\n  api: &api\n    image: api:1\n  job:\n    <<: *api\n',
      /line 5: the settings of api are taken over here \(\*api\)/,
    ],
    [
      'settings that others take over in a list',
      'services:\n  api: &api\n    image: api:1\n  job:\n    <<: [*api]\n',
      /line 5: the settings of api/,
    ],
    ['a tag', 'services:\n  api:\n    image: !reset api:1\n', /line 3: the image of api has a tag/],
    [
      'a text over lines',
      'services:\n  api:\n    image: >-\n      api:1\n',
      /line 3: the image of api is not written as plain text in one line/,
    ],
    ['escapes', 'services:\n  api:\n    image: "api\\x3a1"\n', /line 3: the image of api is not written as plain text/],
    [
      'two in one line',
      'services: {api: {image: a}, web: {image: b}}\n',
      /line 1: two services have their images in this line/,
    ],
    ['two documents', 'services:\n  api:\n    image: a\n---\na: 1\n', /line 4: a second document begins/],
    ['a key twice', 'services:\n  api:\n    image: a\n    image: b\n', /line 4: .*unique/],
    ['no YAML', 'services: [\n', /line \d+: /],
    ['nothing at all', '', /it is empty/],
    ['no services', 'version: "3"\n', /it has no services of its own/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const services = what === 'two in one line' ? ['api', 'web'] : ['api'];
      assert.throws(() => found(text, ...services), { name: 'UserError', message: says });
    });
  }

  it('says what to write in its place', () => {
    const says = (name: SituationName, text: string): void => {
      assert.throws(
        () => found(text),
        (error: UserError) => {
          assertTold(name, error);
          return /^docker-compose\.yml, line \d+: /.test(error.message);
        },
      );
    };
    says('noComposeService', 'services:\n  apo:\n    image: a\n');
    says('noImageLine', 'services:\n  api:\n    image: api:${TAG:-1}\n');
    says('noImageLine', 'x: &x {image: a}\nservices:\n  api:\n    <<: *x\n');
    says('sharedImage', 'services:\n  api: &api\n    image: api:1\n  job:\n    <<: *api\n');
    says('noComposeYaml', 'services: [\n');
  });

  it('knows a digest from a tag', () => {
    assert.equal(digestIn(image), digest);
    assert.equal(digestIn('api:1'), '');
  });

  it('whatever stands around it: every byte outside the scalar stays, and the frame with it', () => {
    const noise = fc.constantFrom('', '# a comment\n', '\n', '#\tä ü 漢\n', '# image: other:1\n');
    const comment = fc.constantFrom('', ' # was 1.3', '   ', '\t# x: y');
    const quote = fc.constantFrom('', '"', "'");
    const other = fc.constantFrom(
      '    restart: always\n',
      '    ports: ["80:80"] # p\n',
      '    environment:\n      A: "b"\n',
    );
    const service = fc.record({
      noise,
      comment,
      quote,
      other,
      first: fc.boolean(),
      eol: fc.constantFrom('\n', '\r\n'),
    });
    fc.assert(
      fc.property(fc.array(service, { minLength: 1, maxLength: 4 }), fc.boolean(), (services, cut) => {
        const written = services.map((each, index) => {
          const own = `    image: ${each.quote}r.example.com/s${index}:1${each.quote}${each.comment}\n`;
          const body = each.first ? own + each.other : each.other + own;
          return `${each.noise}  s${index}:\n${body}`.replaceAll('\n', each.eol);
        });
        const whole = `services:\n${written.join('')}`;
        const text = cut ? whole.replace(/\r?\n$/, '') : whole;
        const names = services.map((_each, index) => `s${index}`);
        const { lines } = imageLines(text, names, 'it');
        const next = withImages(text, lines, (name) => `r.example.com/${name}:2@${digest}`);
        const expected = names.reduce(
          (all, name) => all.replace(`r.example.com/${name}:1`, `r.example.com/${name}:2@${digest}`),
          text,
        );
        assert.equal(next, expected);
        assert.equal(frameOf(next, imageLines(next, names, 'it').lines), frameOf(text, lines));
      }),
    );
  });
});
