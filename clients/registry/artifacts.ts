import { UserError } from '../../base/errors';
import { digestOf, header, indexTypes, nextPage, RegistryClient, type Resolved } from './client';
import type { RegistryAnswer } from './http';

/** What all artifacts of Sluice are, as `oras discover` and the referrers API show it. */
export const artifactType = 'application/vnd.sluice.artifact.v1';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
/** The configuration of what has none (OCI image specification 1.1, "Guidance for an Empty Descriptor"). */
const empty = Buffer.from('{}');
const emptyType = 'application/vnd.oci.empty.v1+json';

/** What registries answer that know nothing of referrers; by the specification 404. */
const unknownThere: readonly number[] = [400, 404, 405, 501];

/** A file that is published with a release. */
export interface Artifact {
  /** The name under which config has it. */
  name: string;
  /** What the file is called where somebody pulls it. */
  fileName: string;
  /** `application/zip` */
  mediaType: string;
  content: Buffer;
}

/** Where a published file is. */
export interface PublishedFile {
  /** Digest of the artifact's manifest. */
  digest: string;
  /** Digest of the file itself. */
  file: string;
}

/** A manifest as another one names it. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
}

/**
 * An artifact's manifest. It holds no time, so that the same file of the same release is the same artifact.
 * @param subject the release's own manifest or index
 */
export function artifactManifest(subject: Resolved, { name, fileName, mediaType, content }: Artifact): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType,
      config: { mediaType: emptyType, digest: digestOf(empty), size: empty.length },
      layers: [
        {
          mediaType,
          digest: digestOf(content),
          size: content.length,
          // `oras pull` names the file by it.
          annotations: { 'org.opencontainers.image.title': fileName },
        },
      ],
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
      annotations: { 'sluice.artifact': name },
    }),
  );
}

/** The tag of the list of what refers to a manifest, where a registry keeps none itself (distribution specification 1.1, "Referrers Tag Schema"). */
export function referrersTag(digest: string): string {
  const [algorithm = '', hash = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${hash.slice(0, 64)}`;
}

/** The part of the OCI distribution API that is about what belongs to a release: OCI artifacts whose `subject` it is. */
export class RegistryArtifacts extends RegistryClient {
  /**
   * Publishes files with a release. Doing it twice changes nothing.
   * @param release digest of the release, which the registry has
   * @returns where they are, in the same order
   * @throws UserError when the registry does not take them
   */
  async publish(repository: string, release: string, artifacts: readonly Artifact[]): Promise<PublishedFile[]> {
    const { resolved } = await this.manifest(repository, release);
    await this.upload(repository, empty);
    const unlisted: Descriptor[] = [];
    const published: PublishedFile[] = [];
    for (const artifact of artifacts) {
      await this.upload(repository, artifact.content);
      const bytes = artifactManifest(resolved, artifact);
      const digest = digestOf(bytes);
      published.push({ digest, file: digestOf(artifact.content) });
      if (await this.putArtifact(repository, digest, bytes, artifact)) continue;
      const annotations = { 'sluice.artifact': artifact.name };
      unlisted.push({ mediaType: manifestType, digest, size: bytes.length, artifactType, annotations });
    }
    // At once: each list that is written over stays in the registry, and whoever pushes may not delete.
    await this.addToList(repository, release, unlisted);
    return published;
  }

  /** What refers to a manifest: by the registry's own list, or by the one that clients keep where it has none. */
  async referrers(repository: string, digest: string): Promise<Descriptor[]> {
    const found: Descriptor[] = [];
    let next: string | undefined = `${repository}/referrers/${digest}`;
    while (next !== undefined) {
      const answer: RegistryAnswer = await this.request('GET', next, { accept: indexType });
      const isList = (header(answer, 'content-type') ?? '').startsWith(indexType);
      if (unknownThere.includes(answer.status) || (answer.status === 200 && !isList)) {
        return (await this.list(repository, digest))?.manifests ?? [];
      }
      this.expect(answer, [200], `list what belongs to ${repository}@${digest}`);
      found.push(...manifestsOf(answer.body));
      next = nextPage(header(answer, 'link'));
    }
    return found;
  }

  /**
   * Deletes a release with what refers to it, and what refers to that: its artifacts, signatures. What refers to something else stays, whatever a
   * list says. Whatever is not there counts as deleted.
   * @throws UserError when the registry does not allow deletions
   */
  async deleteRelease(repository: string, digest: string): Promise<void> {
    for (const referrer of await this.referrers(repository, digest)) {
      if ((await this.subjectOf(repository, referrer.digest)) === digest)
        await this.deleteRelease(repository, referrer.digest);
    }
    const list = await this.list(repository, digest);
    if (list !== undefined && indexTypes.includes(list.mediaType)) {
      const subjects = await Promise.all(list.manifests.map((each) => this.subjectOf(repository, each.digest)));
      // The tag is anybody's to move: what lists other things than what is deleted here may be somebody's release.
      if (subjects.every((subject) => subject === undefined)) await this.deleteManifest(repository, list.digest);
    }
    await this.deleteManifest(repository, digest);
  }

  /** @returns whether the registry keeps the list of what refers to a manifest: it says so */
  private async putArtifact(repository: string, digest: string, bytes: Buffer, { name }: Artifact): Promise<boolean> {
    const path = `${repository}/manifests/${digest}`;
    const answer = await this.request('PUT', path, { 'content-type': manifestType }, bytes);
    if ([400, 415, 422].includes(answer.status)) {
      throw new UserError(
        `the registry ${this.endpoint} takes no artifacts: it answers ${answer.status} to the manifest of "${name}"`,
        `use a registry that knows OCI artifacts, or remove artifacts of ${repository} from the configuration`,
      );
    }
    this.expect(answer, [201], `publish the artifact ${name} in ${repository}`, 'PUT');
    return header(answer, 'oci-subject') !== undefined;
  }

  private async addToList(repository: string, subject: string, entries: readonly Descriptor[]): Promise<void> {
    if (entries.length === 0) return;
    const list = await this.list(repository, subject);
    const before = list?.manifests ?? [];
    if (list !== undefined && !indexTypes.includes(list.mediaType)) {
      throw new UserError(
        `the tag ${referrersTag(subject)} of ${repository} is no list of what belongs to ${subject}, but ${list.mediaType}`,
        'find out who uses this tag, which the OCI distribution specification reserves, and remove it',
      );
    }
    const added = entries.filter((entry) => !before.some(({ digest }) => digest === entry.digest));
    if (added.length === 0) return;
    const after = { schemaVersion: 2, mediaType: indexType, manifests: [...before, ...added] };
    const path = `${repository}/manifests/${referrersTag(subject)}`;
    const answer = await this.request('PUT', path, { 'content-type': indexType }, Buffer.from(JSON.stringify(after)));
    this.expect(answer, [201], `list ${added.length} artifacts among what belongs to ${repository}@${subject}`, 'PUT');
  }

  /** What the tag for it stands for; an image there lists nothing. */
  private async list(
    repository: string,
    subject: string,
  ): Promise<{ digest: string; mediaType: string; manifests: Descriptor[] } | undefined> {
    const found = await this.find(repository, referrersTag(subject));
    if (found === undefined) return undefined;
    const { resolved, bytes } = await this.manifest(repository, found.digest);
    return { ...resolved, manifests: manifestsOf(bytes) };
  }

  /** What a manifest refers to; `none` if to nothing, undefined if it is not there. */
  private async subjectOf(repository: string, digest: string): Promise<string | undefined> {
    if ((await this.find(repository, digest)) === undefined) return undefined;
    const { bytes } = await this.manifest(repository, digest);
    return (JSON.parse(bytes.toString()) as { subject?: { digest?: string } }).subject?.digest ?? 'none';
  }

  private async upload(repository: string, content: Buffer): Promise<void> {
    const digest = digestOf(content);
    const there = await this.request('HEAD', `${repository}/blobs/${digest}`);
    this.expect(there, [200, 404], `look up ${repository}@${digest}`);
    if (there.status === 200) return;
    const uploads = `${repository}/blobs/uploads/`;
    const begun = await this.request('POST', uploads, { 'content-length': '0' });
    this.expect(begun, [202], `begin to upload to ${repository}`, 'POST');
    const place = uploadPath(header(begun, 'location') ?? '', this.endpoint, digest);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(content.length) };
    const answer = await this.request('PUT', place, headers, content, uploads);
    this.expect(answer, [201], `upload ${content.length} bytes to ${repository}`, 'PUT');
  }
}

/** Where an upload ends, always on the registry as it is reached here: it may call itself by another name, and a login goes nowhere else. */
function uploadPath(location: string, endpoint: string, digest: string): string {
  const url = new URL(location, `${endpoint}/`);
  url.searchParams.set('digest', digest);
  return `${url.pathname}${url.search}`;
}

function manifestsOf(bytes: Buffer): Descriptor[] {
  return (JSON.parse(bytes.toString()) as { manifests?: Descriptor[] | null }).manifests ?? [];
}
