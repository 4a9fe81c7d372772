import { createHash } from 'node:crypto';
import * as http from 'node:http';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A registry with one image, for tests: HTTP on loopback, one login. */
export interface TestRegistry {
  /** `localhost:PORT`. */
  address: string;
  digest: string;
  /** Paths that were asked for with the right login. */
  served: string[];
  stop(): void;
}

/** Serves `localhost:PORT/sluice-test:1` to whoever logs in. */
export async function startRegistry(login: { username: string; password: string }): Promise<TestRegistry> {
  const layer = await layerOf('/hello', 'hello');
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/hello'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer.tar)] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: descriptor('application/vnd.docker.container.image.v1+json', config),
      layers: [descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', layer.gzip)],
    }),
  );
  const blobs = new Map([config, layer.gzip, manifest].map((blob) => [digestOf(blob), blob]));
  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const served: string[] = [];
  const server = http.createServer((request, response) => {
    if (request.headers.authorization !== authorization) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
      return;
    }
    const url = request.url ?? '';
    served.push(url);
    const reference = url.split('/').pop() ?? '';
    const body = url === '/v2/' ? Buffer.from('{}') : reference === '1' ? manifest : blobs.get(reference);
    if (body === undefined) {
      response.writeHead(404).end('{}');
      return;
    }
    const isManifest = body === manifest;
    response.writeHead(200, {
      'Content-Type': isManifest ? 'application/vnd.docker.distribution.manifest.v2+json' : 'application/octet-stream',
      'Content-Length': body.length,
      'Docker-Content-Digest': digestOf(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `localhost:${port}`,
    digest: digestOf(manifest),
    served,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function layerOf(name: string, content: string): Promise<{ tar: Buffer; gzip: Buffer }> {
  const archive = pack();
  archive.entry({ name }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const tar = Buffer.concat(chunks);
  return { tar, gzip: gzipSync(tar) };
}

function descriptor(mediaType: string, blob: Buffer): object {
  return { mediaType, size: blob.length, digest: digestOf(blob) };
}

function digestOf(blob: Buffer): string {
  return `sha256:${createHash('sha256').update(blob).digest('hex')}`;
}
