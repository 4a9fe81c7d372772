import assert from 'node:assert/strict';
import { UserError } from '../../../base/errors';
import { artifactManifest, artifactType, referrersTag, RegistryArtifacts } from '../../../clients/registry/artifacts';
import { digestOf } from '../../../clients/registry/client';
import { tells } from '../../errors/told';
import { FakeRegistry, imageType, indexType, type Habits } from './fake-registry';
import { FakeTokenService } from './fake-token-service';

const zip = { name: 'app', fileName: 'app.zip', mediaType: 'application/zip', content: Buffer.from('a zip') };
const none = { digest: 'none', file: 'none' };

describe('an artifact’s manifest', () => {
  it('is of the image specification 1.1, names the release and the file, and knows no time', () => {
    const subject = { mediaType: indexType, digest: `sha256:${'1'.repeat(64)}`, size: 7 };
    assert.deepEqual(JSON.parse(artifactManifest(subject, zip).toString()), {
      schemaVersion: 2,
      mediaType: imageType,
      artifactType: 'application/vnd.sluice.artifact.v1',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [
        {
          mediaType: 'application/zip',
          digest: digestOf(zip.content),
          size: 5,
          annotations: { 'org.opencontainers.image.title': 'app.zip' },
        },
      ],
      subject,
      annotations: { 'sluice.artifact': 'app' },
    });
  });
});

describe('the artifacts of a release', () => {
  let fake: FakeRegistry;
  let client: RegistryArtifacts;
  let release: string;
  const start = async (habits: Habits = {}): Promise<void> => {
    fake = await FakeRegistry.start(habits);
    client = new RegistryArtifacts({ endpoint: fake.endpoint, username: 'ann', password: 'right' });
    release = fake.image('shop/api', { version: '1' }, 'one');
  };
  afterEach(() => fake.stop());

  for (const [what, habits] of [
    ['which keeps the list itself', { referrers: true }],
    ['for which the list is kept under a tag', {}],
  ] as const) {
    describe(`at a registry ${what}`, () => {
      beforeEach(() => start(habits));

      it('are published, listed and, again, the same', async () => {
        const [{ digest, file } = none] = await client.publish('shop/api', release, [zip]);
        assert.equal(fake.blobs.get(file), 'a zip');
        assert.equal(fake.blobs.get(digestOf(Buffer.from('{}'))), '{}');
        const listed = (await client.referrers('shop/api', release)).map((each) => [each.digest, each.artifactType]);
        assert.deepEqual(listed, [[digest, artifactType]]);
        const before = new Map(fake.manifests);
        assert.deepEqual(await client.publish('shop/api', release, [zip]), [{ digest, file }]);
        assert.deepEqual(fake.manifests, before);
        assert.equal(fake.requests.filter((request) => request.startsWith('POST')).length, 2);
        assert.deepEqual(
          [...fake.tags.keys()],
          'referrers' in habits ? ['shop/api:one'] : ['shop/api:one', `shop/api:${referrersTag(release)}`],
        );
      });

      it('go with the release, and with what refers to them; those of another release stay', async () => {
        const notes = { ...zip, name: 'notes', fileName: 'notes.txt' };
        const [{ digest } = none] = await client.publish('shop/api', release, [zip, notes]);
        await client.publish('shop/api', digest, [{ ...zip, name: 'signature', fileName: 'app.sig' }]);
        const kept = fake.image('shop/api', { version: '2' }, 'two');
        const [other = none] = await client.publish('shop/api', kept, [zip]);
        await client.deleteRelease('shop/api', release);
        const left = [...fake.manifests.keys()].map((key) => key.slice('shop/api@'.length));
        const list = fake.tags.get(`shop/api:${referrersTag(kept)}`);
        assert.deepEqual(new Set(left), new Set([kept, other.digest, ...(list === undefined ? [] : [list])]));
        assert.deepEqual(
          (await client.referrers('shop/api', kept)).map((each) => each.digest),
          [other.digest],
        );
        await client.deleteRelease('shop/api', release);
        assert.equal(fake.manifests.size, left.length);
      });
    });
  }

  it('leaves alone what a list names and does not belong to the release', async () => {
    await start();
    const kept = fake.image('shop/api', { version: '2' }, 'two');
    const list = {
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [{ mediaType: imageType, digest: kept, size: 1 }],
    };
    const forged = fake.put('shop/api', list, indexType, referrersTag(release));
    await client.deleteRelease('shop/api', release);
    assert.deepEqual([...fake.manifests.keys()], [`shop/api@${kept}`, `shop/api@${forged}`]);
  });

  it('leaves alone an image under the tag of a list, and does not write over it', async () => {
    await start();
    const kept = fake.image('shop/api', { version: '2' }, referrersTag(release));
    await assert.rejects(
      client.publish('shop/api', release, [zip]),
      new UserError(
        `the tag ${referrersTag(release)} of shop/api is no list of what belongs to ${release}, but ${imageType}`,
        'find out who uses this tag, which the OCI distribution specification reserves, and remove it',
      ),
    );
    await client.deleteRelease('shop/api', release);
    assert.ok(fake.manifests.has(`shop/api@${kept}`));
    assert.ok(!fake.manifests.has(`shop/api@${release}`));
  });

  it('keeps in the list what others have put there', async () => {
    await start();
    const signature = {
      mediaType: imageType,
      digest: `sha256:${'5'.repeat(64)}`,
      size: 3,
      artifactType: 'a/signature',
    };
    fake.put('shop/api', { schemaVersion: 2, manifests: [signature] }, indexType, referrersTag(release));
    const [{ digest } = none] = await client.publish('shop/api', release, [zip]);
    const [first, second] = await client.referrers('shop/api', release);
    assert.deepEqual([first, second?.digest], [signature, digest]);
  });

  it('a registry that takes no artifacts is told as such', async () => {
    for (const status of [400, 415]) {
      await start({ refusesArtifacts: status });
      await assert.rejects(client.publish('shop/api', release, [zip]), tells('registryTakesNoArtifacts'));
      await fake.stop();
    }
  });

  it('a registry that knows nothing of such lists may say so in several ways', async () => {
    for (const referrers of [400, 405, 501]) {
      await start({ referrers });
      const [app] = await client.publish('shop/api', release, [zip]);
      assert.equal((await client.referrers('shop/api', release))[0]?.digest, app?.digest);
      await client.deleteRelease('shop/api', release);
      assert.equal(fake.manifests.size, 0);
      await fake.stop();
    }
    await start({ referrers: 418 });
    await assert.rejects(client.referrers('shop/api', release), /answered 418 to: list what belongs to shop\/api@/);
  });

  it('a login that may not delete loses nothing of the release', async () => {
    await start({ keeps: true });
    const [{ digest } = none] = await client.publish('shop/api', release, [zip]);
    await assert.rejects(client.deleteRelease('shop/api', release), /allows no deletions/);
    assert.ok(fake.manifests.has(`shop/api@${digest}`));
  });

  it('asks with tokens where the registry wants them', async () => {
    const tokens = await FakeTokenService.start();
    try {
      await start({ tokens });
      const [{ digest } = none] = await client.publish('shop/api', release, [zip]);
      assert.deepEqual(
        (await client.referrers('shop/api', release)).map((each) => each.digest),
        [digest],
      );
    } finally {
      await tokens.stop();
    }
  });
});
