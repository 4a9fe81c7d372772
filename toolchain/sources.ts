import * as fs from 'node:fs';
import * as path from 'node:path';
import { hostOf } from '../clients/registry/address';
import { UserError } from '../base/errors';
import { didYouMean } from '../base/spelling';
import { officialImages } from './items/official-images';
import { pulumiArchive } from './items/pulumi';
import { run } from '../base/process';
import { pullHasBegun } from '../clients/docker/words';

/** What a machine may reach or not: an image registry, Pulumi's downloads. */
export type UpstreamName = 'images' | 'pulumi';
export type ItemSource = 'upstream' | 'registries';
/** `SLUICE_SOURCE`: the person's word on where things come from. */
export type SourceWish = ItemSource | 'auto';
const wishes: readonly SourceWish[] = ['auto', 'upstream', 'registries'];

/** How long an upstream may take to answer, in milliseconds. */
const patience = 8_000;
/** How long an answer holds, in milliseconds: a machine moves between networks, but not by the minute. */
const validity = 24 * 3600_000;

interface Answers {
  [upstream: string]: { reachable: boolean; at: number } | undefined;
}

/**
 * Reads `SLUICE_SOURCE`; not set or empty counts as `auto`.
 * @throws UserError for any other word
 */
export function sourceWish(environment: NodeJS.ProcessEnv = process.env): SourceWish {
  const typed = environment['SLUICE_SOURCE'] ?? '';
  const value = wishes.find((wish) => wish === (typed === '' ? 'auto' : typed));
  if (value !== undefined) return value;
  throw new UserError(`SLUICE_SOURCE is "${typed}"${didYouMean(typed, wishes)}`, `one of: ${wishes.join(', ')}`);
}

/** Which sources are used, asked at most once a day for each upstream. */
export class Sources {
  /** @param mirror what stands in front of images: an answer holds for it alone */
  constructor(
    private readonly file: string,
    private readonly wish: SourceWish,
    private readonly probe: (name: UpstreamName) => Promise<boolean>,
    private readonly now: () => number = () => new Date().getTime(),
    private readonly mirror = '',
  ) {}

  async of(name: UpstreamName): Promise<ItemSource> {
    if (this.wish !== 'auto') return this.wish;
    const known = this.recorded(name);
    if (known !== undefined) return known;
    const reachable = await this.probe(name);
    this.record(name, reachable);
    return reachable ? 'upstream' : 'registries';
  }

  /** What is known without asking. */
  recorded(name: UpstreamName): ItemSource | undefined {
    if (this.wish !== 'auto') return this.wish;
    const answer = this.answers()[this.placeOf(name)];
    if (answer === undefined || this.now() - answer.at > validity) return undefined;
    return answer.reachable ? 'upstream' : 'registries';
  }

  private placeOf(name: UpstreamName): string {
    return name === 'images' && this.mirror !== '' ? `${name} ${this.mirror}` : name;
  }

  private answers(): Answers {
    try {
      return JSON.parse(fs.readFileSync(this.file, 'utf8')) as Answers;
    } catch {
      return {};
    }
  }

  private record(name: UpstreamName, reachable: boolean): void {
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    const draft = `${this.file}.${process.pid}`;
    fs.writeFileSync(draft, JSON.stringify({ ...this.answers(), [this.placeOf(name)]: { reachable, at: this.now() } }));
    fs.renameSync(draft, this.file);
  }
}

/**
 * Asks an upstream for something that will be needed anyway.
 * @param mirror see {@link Sources}
 * @throws UserError when a mirror gives no images: whoever names one does not mean something else to be done in silence
 */
export async function probeByUsing(name: UpstreamName, mirror = ''): Promise<boolean> {
  if (name === 'pulumi') return answers(pulumiArchive('linux', 'x64'));
  const image = officialImages(mirror).node.id;
  const { seen, said } = await pull(image);
  if (!seen && mirror !== '') {
    throw new UserError(
      `${mirror} (sluice:imageMirror) gives no ${image}: ${said}`,
      `docker login ${hostOf(mirror)}, or correct sluice:imageMirror; to do without images: SLUICE_SOURCE=registries`,
    );
  }
  return seen;
}

/** As `probeByUsing`, without bringing anything to the machine; a mirror that gives no images is one that can't be reached. */
export async function probeByLooking(name: UpstreamName, mirror = ''): Promise<boolean> {
  if (name === 'pulumi') return answers(pulumiArchive('linux', 'x64'));
  const result = await run('docker', ['manifest', 'inspect', officialImages(mirror).node.id], {
    allowFailure: true,
    timeoutSeconds: patience / 1000,
  });
  return result.code === 0;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(patience) })).ok;
  } catch {
    return false;
  }
}

/** The engine pulls, not this program: its mirrors and proxies decide. The first layer it sees is answer enough. */
async function pull(reference: string): Promise<{ seen: boolean; said: string }> {
  const enough = new AbortController();
  const { stderr } = await run('docker', ['pull', reference], {
    allowFailure: true,
    timeoutSeconds: patience / 1000,
    signal: enough.signal,
    onLine: (line, stream) => {
      if (stream === 'stdout' && pullHasBegun(line)) enough.abort();
    },
  });
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return { seen: enough.signal.aborted, said: last === '' ? `no answer in ${patience / 1000} s` : last };
}
