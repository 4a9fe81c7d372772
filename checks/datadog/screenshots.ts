import type { Result } from '@datadog/datadog-ci-plugin-synthetics';
import { z } from 'zod';
import type { RequestOf } from '../contract';
import type { Evidence } from '../evidence';
import type { Judgement } from './judge';

/** Of "Get a browser test result" (Datadog API v2) what is needed. */
const fullResult = z.object({
  data: z.object({
    attributes: z.object({
      result: z.object({
        steps: z.array(
          z.object({
            description: z.string().optional(),
            failure: z.unknown().optional(),
            bucket_keys: z.object({ screenshot: z.string().optional() }).optional(),
          }),
        ),
      }),
    }),
  }),
});
/** Of "Get a presigned URL for downloading a test file" (Datadog API v2). */
const download = z.object({ url: z.url({ protocol: /^https?$/ }) });

const MOST_BYTES = 10 * 1024 * 1024;
const endings: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/webp': 'webp' };

/**
 * Fetches what browser tests have seen: of one that failed the step at which it did, of any other the last one. What
 * can't be had is noted and changes no verdict: Datadog keeps it behind the result's link.
 */
export class Screenshots {
  private count = 0;

  constructor(
    private readonly request: RequestOf<'datadog'>,
    private readonly evidence: Evidence,
    private readonly signal: AbortSignal,
  ) {}

  /** @returns the file in the evidence; undefined when there is none */
  async of(result: Result, verdict: Judgement['verdict']): Promise<string | undefined> {
    const { test, resultId } = result;
    const publicId = test.public_id;
    if (test.type !== 'browser' || publicId === undefined) return undefined;
    try {
      const at = '/api/v2/synthetics/tests';
      const { steps } = fullResult.parse(await this.ask(`${at}/browser/${publicId}/results/${resultId}`)).data
        .attributes.result;
      const pictured = steps.filter(({ bucket_keys: keys }) => keys?.screenshot !== undefined);
      const step =
        (verdict === 'pass' ? undefined : pictured.find(({ failure }) => failure !== undefined)) ?? pictured.at(-1);
      const bucketKey = step?.bucket_keys?.screenshot;
      if (bucketKey === undefined) throw new Error('Datadog has taken none');
      const { url } = download.parse(await this.ask(`${at}/${publicId}/files/download`, { bucketKey }));
      return await this.save(url, publicId);
    } catch (error) {
      const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      this.evidence.note(`screenshot of ${publicId}: not available (${problem})`);
      return undefined;
    }
  }

  private async ask(path: string, body?: unknown): Promise<unknown> {
    const { settings, secrets = {} } = this.request;
    const host = settings.apiUrl?.replace(/\/+$/, '') ?? `https://api.${settings.site ?? 'datadoghq.com'}`;
    const response = await fetch(`${host}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': 'sluice-check',
        'content-type': 'application/json',
        'dd-api-key': secrets['datadogApiKey'] ?? '',
        'dd-application-key': secrets['datadogAppKey'] ?? '',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: this.signal,
    });
    if (!response.ok) throw new Error(`${path} answers ${response.status}`);
    return response.json();
  }

  /** The address is signed, so it is written nowhere and gets no keys. */
  private async save(url: string, publicId: string): Promise<string> {
    const response = await fetch(url, { signal: this.signal });
    if (!response.ok) throw new Error(`its file answers ${response.status}`);
    const picture = Buffer.from(await response.arrayBuffer());
    if (picture.length > MOST_BYTES) throw new Error(`it has ${picture.length} bytes`);
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    this.count += 1;
    const file = `${String(this.count).padStart(2, '0')}-${publicId}.${endings[type] ?? 'jpg'}`;
    this.evidence.write(file, picture);
    return file;
  }
}
