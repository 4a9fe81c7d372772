import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CheckContext } from '../../checks/context';
import type { CheckRequest, RequestOf } from '../../checks/contract';
import { Evidence } from '../../checks/evidence';
import { Steps } from '../../checks/steps';

const made: (() => void)[] = [];

/** Removes what the fixtures of a test have made; for `afterEach`. */
export function cleanUp(): void {
  for (const undo of made.splice(0)) undo();
}

/** Has this done by {@link cleanUp}. */
export function undo(action: () => void): void {
  made.push(action);
}

export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'check-'));
  made.push(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A server on the loopback; its address. */
export async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  made.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const common = { name: 'one', environment: 'staging', candidate: { discounts: 'sha256:ab' }, timeLimitSeconds: 20 };

export function httpRequest(
  url: string,
  settings: Partial<RequestOf<'http'>['settings']> = {},
  limit = 20,
): RequestOf<'http'> {
  return {
    ...common,
    type: 'http',
    urls: { discounts: url },
    settings: { service: 'discounts', path: '/', ...settings },
    evidence: temporaryFolder(),
    timeLimitSeconds: limit,
  };
}

export function prometheusRequest(settings: RequestOf<'prometheus'>['settings']): RequestOf<'prometheus'> {
  return { ...common, type: 'prometheus', urls: {}, evidence: temporaryFolder(), settings };
}

export function commandRequest(command: string[], limit = 20): RequestOf<'command'> {
  return {
    ...common,
    type: 'command',
    urls: { 'my-shop': 'http://my-shop' },
    settings: { command },
    evidence: temporaryFolder(),
    timeLimitSeconds: limit,
  };
}

export function browserRequest(
  scenario: string,
  settings: Partial<RequestOf<'browser'>['settings']> = {},
): RequestOf<'browser'> {
  return {
    ...common,
    type: 'browser',
    urls: { discounts: 'http://discounts', frontend: 'http://frontend' },
    settings: { scenario, ...settings },
    evidence: temporaryFolder(),
  };
}

export const datadogKeys = { datadogApiKey: 'api-key-0123456789', datadogAppKey: 'app/key+0123456789' };

export function datadogRequest(settings: RequestOf<'datadog'>['settings'], limit = 20): RequestOf<'datadog'> {
  return {
    ...common,
    type: 'datadog',
    urls: { discounts: 'http://discounts', frontend: 'http://frontend' },
    settings: { startUrl: 'https://staging.shop.example.com', ...settings },
    secrets: datadogKeys,
    evidence: temporaryFolder(),
    timeLimitSeconds: limit,
  };
}

/** What a check's code works with, outside of a run. */
export function contextOf<Request extends CheckRequest>(
  request: Request,
  time = new AbortController(),
): CheckContext<Request> {
  return { request, steps: new Steps(), evidence: new Evidence(request.evidence), signal: time.signal };
}
