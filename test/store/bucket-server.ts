import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A server of buckets in this process, as far as objects are made, read, listed and removed; `s3-server.ts` is a real one. */
export interface BucketServer {
  /** By their paths, with the bucket's name. */
  objects: Map<string, Buffer>;
  /** `PUT /bucket/name`, in order. */
  asked: string[];
  /** The address of a prefix as `sluice:store` and PULUMI_BACKEND_URL have it. */
  address(prefix: string): string;
  stop(): Promise<void>;
}

/** @param o.overwrites it ignores `If-None-Match: *`, as some do */
export async function bucketServer(o: { overwrites?: boolean } = {}): Promise<BucketServer> {
  const objects = new Map<string, Buffer>();
  const asked: string[] = [];
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const { pathname, searchParams } = new URL(url, 'http://x');
    asked.push(`${method} ${pathname}`);
    const content = await buffer(request);
    const end = (status: number, body: Buffer | string = ''): void => {
      response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
    };
    const fails = (status: number, code: string): void => end(status, `<Error><Code>${code}</Code></Error>`);
    if (method === 'PUT') {
      if (objects.has(pathname) && headers['if-none-match'] === '*' && o.overwrites !== true) {
        fails(412, 'PreconditionFailed');
        return;
      }
      objects.set(pathname, content);
      end(200);
    } else if (method === 'DELETE') {
      objects.delete(pathname);
      end(204);
    } else if (searchParams.has('list-type')) {
      end(200, listing(objects, `${pathname.replace(/\/$/, '')}/`, searchParams));
    } else if (objects.has(pathname)) end(200, objects.get(pathname));
    else fails(404, 'NoSuchKey');
  };
  const server = http.createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    objects,
    asked,
    address: (prefix) => `s3://bucket/${prefix}?region=us-east-1&endpoint=${endpoint}&s3ForcePathStyle=true`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** One page of what lies directly below a prefix. @param bucket its path, with a slash at the end */
function listing(objects: ReadonlyMap<string, Buffer>, bucket: string, asked: URLSearchParams): string {
  const prefix = asked.get('prefix') ?? '';
  const keys = [...objects.keys()].filter((name) => name.startsWith(bucket)).map((name) => name.slice(bucket.length));
  const below = keys.filter((key) => key.startsWith(prefix) && key > (asked.get('start-after') ?? '')).sort();
  const isDirect = (key: string): boolean => !key.slice(prefix.length).includes('/');
  const folders = below.filter((key) => !isDirect(key)).map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1));
  const contents = below.filter(isDirect).map((key) => `<Contents><Key>${key}</Key></Contents>`);
  const common = [...new Set(folders)].map((key) => `<CommonPrefixes><Prefix>${key}</Prefix></CommonPrefixes>`);
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${[...contents, ...common].join('')}</ListBucketResult>`;
}
