import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** How a version of the team's app behaves. */
export interface AppVersion {
  version: string;
  /** `exits` never gets healthy; `unsound` is healthy and fails the gate's check; `untested` fails its unit test. */
  is?: 'sound' | 'unsound' | 'exits' | 'untested';
}

const server = ({ version, is = 'sound' }: AppVersion): string => `// One page and its health.
const http = require('node:http');
if (${is === 'exits'}) {
  console.error('no price list: giving up');
  process.exit(3);
}
http
  .createServer((request, response) => {
    response.statusCode = request.url === '/health' && ${is === 'unsound'} ? 500 : 200;
    response.end(${JSON.stringify(version)});
  })
  .listen(8080);
process.on('SIGTERM', () => process.exit(0));
`;

const dockerfile = (base: string, passes: boolean): string => `FROM ${base} AS test
COPY app.js /app.js
RUN node --check /app.js && ${passes}

FROM ${base}
COPY app.js /app.js
EXPOSE 8080
USER 65534:65534
HEALTHCHECK --interval=1s --retries=2 CMD ["node", "-e", "fetch('http://127.0.0.1:8080/').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "/app.js"]
`;

/** The checkout of the team's app, whose origin is at GitLab by name. */
export class AppCheckout {
  /** @param base image of the app */
  constructor(
    readonly folder: string,
    private readonly base: string,
  ) {
    execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', folder]);
    this.git('remote', 'add', 'origin', 'git@gitlab.example.com:shop/discounts.git');
  }

  /** Commits a version, with further files. @returns the commit */
  commit(version: AppVersion, files: Readonly<Record<string, string>> = {}): string {
    const all = {
      ...files,
      'app.js': server(version),
      Dockerfile: dockerfile(this.base, version.is !== 'untested'),
    };
    for (const [name, text] of Object.entries(all)) fs.writeFileSync(path.join(this.folder, name), text);
    this.git('add', ...Object.keys(all));
    this.git('commit', '--quiet', '--message', `Version ${version.version}`);
    return this.git('rev-parse', 'HEAD').trim();
  }

  private git(...args: string[]): string {
    const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
    return execFileSync('git', ['-C', this.folder, ...author, ...args], { encoding: 'utf8' });
  }
}
