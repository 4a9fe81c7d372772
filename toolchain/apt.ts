import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../base/process';
import type { PartContext } from './part';

/**
 * Debian packages as plain files, without being root and without touching what is installed: apt works with folders of its
 * own and believes that nothing is installed, so what it fetches is complete in itself.
 */
export class PrivateApt {
  private readonly environment: NodeJS.ProcessEnv;

  private constructor(
    private readonly folder: string,
    private readonly context: PartContext,
  ) {
    this.environment = { ...process.env, APT_CONFIG: path.join(folder, 'apt.conf'), LC_ALL: 'C' };
  }

  /** Prepares apt's folders in an empty folder and reads the lists of the machine's own sources. */
  static async open(folder: string, context: PartContext): Promise<PrivateApt> {
    for (const each of ['state/lists/partial', 'cache/archives/partial'])
      fs.mkdirSync(path.join(folder, each), { recursive: true });
    fs.writeFileSync(path.join(folder, 'status'), '');
    fs.writeFileSync(path.join(folder, 'apt.conf'), aptConfiguration(folder));
    const apt = new PrivateApt(folder, context);
    context.note('reading the package lists');
    await context.run('apt-get', ['update'], { env: apt.environment });
    return apt;
  }

  /** Downloads packages with all that they depend on. @returns the files */
  async download(packages: readonly string[]): Promise<string[]> {
    this.context.note('downloading packages');
    await this.context.run('apt-get', ['install', '--yes', '--download-only', ...packages], { env: this.environment });
    const archives = path.join(this.folder, 'cache', 'archives');
    return fs
      .readdirSync(archives)
      .filter((file) => file.endsWith('.deb'))
      .sort()
      .map((file) => path.join(archives, file));
  }
}

function aptConfiguration(folder: string): string {
  return [
    `Dir::State "${folder}/state";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache "${folder}/cache";`,
    'Debug::NoLocking "true";',
    // As root apt would drop to a user that cannot read our folder.
    'APT::Sandbox::User "";',
    'APT::Install-Recommends "false";',
    'Acquire::Retries "3";',
    'Acquire::Languages "none";',
    '',
  ].join('\n');
}

/** One line of `apt-get indextargets`: a repository that the machine is set up to use. */
export interface AptSource {
  uri: string;
  suite: string;
  component: string;
}

/** The format that `parseAptSources` reads. */
const sourceFormat = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)';

/** Debian's own repositories among those the machine uses (its mirror, whichever that is). */
export async function debianSources(): Promise<AptSource[]> {
  const found = await run('apt-get', ['indextargets', '--format', sourceFormat, 'Created-By: Packages'], {
    allowFailure: true,
  });
  return parseAptSources(found.stdout);
}

/** Reads lines of `sourceFormat`; keeps those whose origin is Debian, each once. */
export function parseAptSources(text: string): AptSource[] {
  const lines = [...new Set(text.split('\n').filter((line) => line !== ''))];
  return lines.flatMap((line) => {
    const [uri, suite, component, origin] = line.split('|');
    return uri !== undefined && suite !== undefined && component !== undefined && origin === 'Debian'
      ? [{ uri, suite, component }]
      : [];
  });
}

/** A sources.list with these repositories, signed as Debian signs. */
export function sourcesList(sources: readonly AptSource[]): string {
  return sources
    .map(({ uri, suite, component }) => `deb [signed-by=${debianKeys}] ${uri} ${suite} ${component}\n`)
    .join('');
}

const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';
