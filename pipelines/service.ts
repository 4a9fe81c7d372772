import { readFileSync } from 'node:fs';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { UserError } from '../base/errors';
import { say } from '../base/terminal';
import { parseDescriptions, PipelineDescription } from './description';
import { dronePipelines, promotionPipelines, refusingPipeline } from './drone';
import { servicePort } from './port';
import { cannotBePromoted, type PromotedBuild } from './promotion';
import { distrust } from './signature';

/** What the service works with. */
export interface PipelineServiceSettings {
  /** Shared with Drone (DRONE_YAML_SECRET). */
  secret: string;
  /** One for each repository; others are refused. */
  pipelines: PipelineDescription[];
  /** Image and platform of the step that tells people of a refusal. */
  refusal: Pick<PipelineDescription, 'toolsImage' | 'platform'>;
}

/** Drone's request, as far as it is read. */
interface Question {
  repo: { slug: string };
  build: PromotedBuild & { event?: string; params?: Record<string, string> | null };
}

interface Answer {
  status: number;
  /** JSON when an object, else plain text. */
  body: string | { data: string };
  /** One line for the log. */
  note?: string;
}

/** Drone sends a build with its whole commit message; a push of this size is none. */
const maxBody = 4 * 1024 * 1024;

/**
 * Which pipeline a build gets. It is closed: a build whose repository is not described, that brings parameters, or that is promoted
 * and was no push to the default branch, gets a pipeline that fails and says why. An empty answer would make Drone run the file that
 * was pushed.
 *
 * For a second Drone gives the same answer to all builds of a repository with the same event, ref and commit, without asking: whatever
 * else a build brings (parameters, a target, who started it) can't be relied on here. So the pipelines hold nothing of it, and their
 * steps take no variable that is not theirs.
 */
export function answer(question: Question, settings: PipelineServiceSettings): { yaml: string; refused?: string } {
  const { toolsImage, platform } = settings.refusal;
  const refuse = (reason: string) => ({ yaml: refusingPipeline(toolsImage, platform, reason), refused: reason });
  const slug = question.repo.slug;
  const found = settings.pipelines.find(({ repository }) => repository.toLowerCase() === slug.toLowerCase());
  if (found === undefined) {
    return refuse(
      'This repository is not part of the platform, so nothing is run for it. ' +
        'To add it, name it in the configuration of the platform stack and type: npm run up',
    );
  }
  const names = Object.keys(question.build.params ?? {});
  if (names.length > 0) {
    // Drone hands parameters to every step as environment variables: some of those make a program run other code.
    return refuse('Build parameters are not taken. Restart the build without them.');
  }
  if (question.build.event === 'promote') {
    const reason = cannotBePromoted(question.build, found);
    return reason === undefined ? { yaml: promotionPipelines(found) } : refuse(reason);
  }
  return { yaml: dronePipelines(found) };
}

/** The server, not listening yet. `say` gets one line for each build asked for and for each request refused. */
export function createService(settings: PipelineServiceSettings, say: (line: string) => void): Server {
  const server = createServer((request, response) => {
    handle(request, settings)
      .catch((): Answer => ({ status: 400, body: 'the request broke off' }))
      .then((result) => {
        if (result.note !== undefined) say(result.note);
        respond(response, result);
      })
      .catch(() => response.destroy());
  });
  server.requestTimeout = 30_000;
  return server;
}

async function handle(request: IncomingMessage, settings: PipelineServiceSettings): Promise<Answer> {
  const path = (request.url ?? '/').split('?')[0];
  if (request.method === 'GET' && path === '/health') return { status: 200, body: 'ok' };
  if (request.method !== 'POST' || path !== '/') return { status: 404, body: 'POST / or GET /health' };
  const body = await read(request);
  if (body === undefined) return { status: 413, body: 'the request is too large', note: 'refused: too large' };
  const signed = { method: request.method, url: request.url ?? '/', headers: request.headers, body };
  const reason = distrust(signed, settings.secret, new Date().getTime());
  if (reason !== undefined) return { status: 401, body: reason, note: `refused: ${reason}` };
  const question = parse(body);
  if (question === undefined) return { status: 400, body: 'not a request for a pipeline', note: 'refused: no build' };
  const { yaml, refused } = answer(question, settings);
  const what = `${question.repo.slug} ${question.build.event ?? '?'} ${(question.build.after ?? '').slice(0, 12)}`;
  return { status: 200, body: { data: yaml }, note: refused === undefined ? what : `${what}: refused: ${refused}` };
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on without keeping it: an answer is only seen when the whole request was taken.
    if (size <= maxBody) chunks.push(chunk);
  }
  return size <= maxBody ? Buffer.concat(chunks) : undefined;
}

function parse(body: Buffer): Question | undefined {
  try {
    const value = JSON.parse(body.toString()) as Partial<Question> | null;
    if (typeof value?.repo?.slug !== 'string' || typeof value.build !== 'object') return undefined;
    return value as Question;
  } catch {
    return undefined;
  }
}

function respond(response: ServerResponse, { status, body }: Answer): void {
  const json = typeof body !== 'string';
  response.writeHead(status, { 'content-type': json ? 'application/json' : 'text/plain; charset=utf-8' });
  response.end(json ? JSON.stringify(body) : `${body}\n`);
}

/**
 * Reads the service's settings from its environment: SLUICE_PIPELINES (JSON list of descriptions) or
 * SLUICE_PIPELINES_FILE (its path), SLUICE_PIPELINES_SECRET, SLUICE_TOOLS_IMAGE, SLUICE_ARCH.
 * @throws UserError that names the variable
 */
export function serviceSettings(env: NodeJS.ProcessEnv): PipelineServiceSettings {
  const secret = env['SLUICE_PIPELINES_SECRET'] ?? '';
  if (secret === '') throw new UserError('SLUICE_PIPELINES_SECRET is not set');
  const toolsImage = env['SLUICE_TOOLS_IMAGE'] ?? '';
  if (toolsImage === '') throw new UserError('SLUICE_TOOLS_IMAGE is not set');
  const arch = env['SLUICE_ARCH'] ?? 'amd64';
  if (arch !== 'amd64' && arch !== 'arm64' && arch !== 'arm') throw new UserError(`SLUICE_ARCH: unknown "${arch}"`);
  const file = env['SLUICE_PIPELINES_FILE'];
  const json = env['SLUICE_PIPELINES'] ?? (file === undefined ? '' : readFileSync(file, 'utf8'));
  if (json === '') throw new UserError('neither SLUICE_PIPELINES nor SLUICE_PIPELINES_FILE is set');
  return { secret, pipelines: parseDescriptions(json), refusal: { toolsImage, platform: { os: 'linux', arch } } };
}

/** Serves until SIGTERM or SIGINT; requests under way are answered first. */
export async function serve(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const settings = serviceSettings(env);
  const server = createService(settings, say);
  const stopped = new Promise<void>((resolve) => server.on('close', () => resolve()));
  const stop = (): void => {
    server.close();
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  server.listen(Number(env['SLUICE_PIPELINES_PORT'] ?? servicePort), () => {
    const names = settings.pipelines.map(({ repository }) => repository).join(', ');
    say(`serving pipelines of: ${names || 'no repository'}`);
  });
  await stopped;
  process.off('SIGTERM', stop).off('SIGINT', stop);
}
