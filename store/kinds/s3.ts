import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../base/errors';
import { assertObjectName, byBytes, isObjectName, type Store, type StoredObject } from '../store';
import { StoreTrouble } from '../trouble';
import { atOnce } from './at-once';
import { connect, type Bucket } from './s3-client';
import { leavesDoubt, passes, s3StoreTrouble, s3Trouble, type S3Error } from './s3-trouble';
import { nameOfBucket, type BucketPlace } from './s3-url';

/** Objects that are read at a time. */
const readers = 16;

/** Milliseconds between tries, each a little longer or shorter by chance, so that two writers don't meet again and again. */
const pauses = [50, 100, 200, 400, 800, 1600];

/** A store in a bucket. That an object is made once is left to the server: it refuses a second one of that key (`If-None-Match: *`). */
export class S3Store implements Store {
  readonly place: string;
  readonly isOnServer = true;
  private bucket: Promise<Bucket> | undefined;

  /**
   * @param environment of this process, for the login and the region
   * @param wait how it pauses; for tests
   */
  constructor(
    private readonly where: BucketPlace,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly wait: (milliseconds: number) => Promise<unknown> = sleep,
  ) {
    this.place = nameOfBucket(where);
  }

  async create(name: string, content: Buffer): Promise<boolean> {
    assertObjectName(name);
    const what = `${name} can't be written`;
    let doubt = false;
    return this.again(what, async (bucket) => {
      try {
        await bucket.put(this.key(name), content);
        return true;
      } catch (error) {
        const trouble = s3Trouble(error as S3Error);
        // A request without an answer may have made it, or may do so while we try again.
        if (trouble === 'exists') return doubt ? this.isOurs(name, content) : false;
        doubt ||= leavesDoubt.includes(trouble);
        throw error;
      }
    });
  }

  async read(name: string): Promise<Buffer | undefined> {
    assertObjectName(name);
    return this.again(`${name} can't be read`, async (bucket) => {
      try {
        return await bucket.get(this.key(name));
      } catch (error) {
        if (s3Trouble(error as S3Error) === 'absent') return undefined;
        throw error;
      }
    });
  }

  async list(folder: string, after = ''): Promise<string[]> {
    if (folder !== '') assertObjectName(folder);
    const prefix = this.key(folder === '' ? '' : `${folder}/`);
    const root = this.key('').length;
    const names = new Set<string>();
    let from: string | undefined;
    do {
      const page = await this.again(`${folder === '' ? 'it' : folder} can't be listed`, (bucket) =>
        bucket.page(prefix, after === '' ? undefined : this.key(after), from),
      );
      for (const key of page.keys) names.add(key.slice(root));
      from = page.next;
    } while (from !== undefined);
    // A folder comes again of which `after` is the name or something in it; some servers leave out nothing.
    return [...names].filter((name) => isObjectName(name.replace(/\/$/, '')) && byBytes(name, after) > 0).sort(byBytes);
  }

  async readAll(folder: string, after?: string): Promise<StoredObject[]> {
    const names = (await this.list(folder, after)).filter((name) => !name.endsWith('/'));
    const found = await atOnce(names, readers, async (name) => ({ name, content: await this.read(name) }));
    return found.flatMap(({ name, content }) => (content === undefined ? [] : [{ name, content }]));
  }

  async remove(name: string): Promise<void> {
    assertObjectName(name);
    await this.again(`${name} can't be removed`, async (bucket) => {
      try {
        await bucket.delete(this.key(name));
      } catch (error) {
        if (s3Trouble(error as S3Error) !== 'absent') throw error;
      }
    });
  }

  private key(name: string): string {
    return this.where.prefix === '' ? name : `${this.where.prefix}/${name}`;
  }

  /** Whether the object is what we wanted to make: then one of our requests has made it. */
  private async isOurs(name: string, content: Buffer): Promise<boolean> {
    const found = await this.read(name);
    if (found !== undefined) return found.equals(content);
    throw new StoreTrouble(
      `the store in ${this.place}: whether ${name} was written can't be told: the connection broke, and it has been removed since`,
      'run it again',
    );
  }

  /** Tries until it works, or it is clear that it won't. */
  private async again<T>(what: string, run: (bucket: Bucket) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await run(await this.connected());
      } catch (error) {
        if (error instanceof UserError) throw error;
        const pause = pauses[tries];
        if (pause === undefined || !passes.includes(s3Trouble(error as S3Error))) {
          throw s3StoreTrouble(this.where, what, error as S3Error);
        }
        await this.wait(pause * (0.5 + Math.random()));
      }
    }
  }

  private connected(): Promise<Bucket> {
    this.bucket ??= connect(this.where, this.environment);
    this.bucket.catch(() => (this.bucket = undefined));
    return this.bucket;
  }
}
