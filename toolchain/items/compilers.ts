import * as fs from 'node:fs';
import * as path from 'node:path';
import { PrivateApt } from '../apt';
import { type PartContext, type Part, folderPart } from '../part';
import { run, which } from '../../base/process';
import { compareVersions } from '../version-order';
import { minimumGo, versions } from '../versions';

/** How this machine's Go can be used: as it is, or to fetch the Go that we need, or not at all. */
export type GoChoice = { kind: 'machine' | 'fetches' | 'none'; version?: string };

/** Go can exchange itself for another version since 1.21. */
const exchangesItself = '1.21.0';

/** Decides from what `go env GOVERSION` printed. */
export function chooseGo(goVersion: string | undefined): GoChoice {
  const version = /^go(\d+(?:\.\d+)+)/.exec(goVersion?.trim() ?? '')?.[1];
  if (version === undefined) return { kind: 'none' };
  if (compareVersions(version, minimumGo) >= 0) return { kind: 'machine', version };
  if (compareVersions(version, exchangesItself) >= 0) return { kind: 'fetches', version };
  return { kind: 'none', version };
}

/** What this machine has. */
export async function goOfThisMachine(): Promise<GoChoice> {
  const result = await run('go', ['env', 'GOVERSION'], {
    allowFailure: true,
    env: { ...process.env, GOTOOLCHAIN: 'local' },
  });
  return chooseGo(result.code === 0 ? result.stdout : undefined);
}

/**
 * Folder with `bin/go` and `bin/cc`, both usable by anybody: the machine's own where they fit, else Go's own distribution
 * as a module (fetched with Debian's Go) and Debian's C compiler unpacked into the folder.
 */
export const compilers: Part = folderPart({
  name: 'compilers',
  title: `Go ${versions.go} and a C compiler`,
  seconds: 30,
  recipe: { version: 1, go: versions.go, minimumGo, platform: `${process.platform}-${process.arch}` },
  needs: [],
  fill: fillCompilers,
});

async function fillCompilers(folder: string, context: PartContext): Promise<void> {
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(bin);
  const go = await goOfThisMachine();
  const cc = await staticCompilerOfThisMachine(context);
  // The wrappers name the finished folder: this one gets its name when all is in it.
  const home = context.folder(compilers);
  if (go.kind === 'none' || cc === undefined) await unpackDebian(folder, context, go, cc);
  const tree = path.join(folder, 'tree');
  if (go.kind === 'none') {
    const fetched = await fetchGo(folder, tree, context);
    writeScript(
      path.join(bin, 'go'),
      `export GOROOT="${path.join(home, fetched)}" GOTOOLCHAIN=local\nexec "$GOROOT/bin/go" "$@"`,
    );
  } else {
    const toolchain = go.kind === 'machine' ? 'local' : `go${versions.go}`;
    writeScript(path.join(bin, 'go'), `export GOTOOLCHAIN=${toolchain}\nexec "${which('go') ?? 'go'}" "$@"`);
  }
  if (cc !== undefined) writeScript(path.join(bin, 'cc'), `exec "${cc}" "$@"`);
  else writeScript(path.join(bin, 'cc'), debianCompilerScript(path.join(home, 'tree')));
}

async function unpackDebian(folder: string, context: PartContext, go: GoChoice, cc: string | undefined): Promise<void> {
  const scratch = context.store.scratch('compilers-apt');
  const apt = await PrivateApt.open(scratch, context);
  const wanted = [...(go.kind === 'none' ? ['golang-go'] : []), ...(cc === undefined ? ['gcc', 'libc6-dev'] : [])];
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(tree);
  context.note('unpacking packages');
  for (const file of await apt.download(wanted)) await context.run('dpkg-deb', ['--extract', file, tree]);
  fs.rmSync(scratch, { recursive: true, force: true });
}

/** Debian's Go is too old to compile the programs, but any Go can download another one as a module. */
async function fetchGo(folder: string, tree: string, context: PartContext): Promise<string> {
  context.note(`fetching Go ${versions.go}`);
  const old = fs.realpathSync(path.join(tree, 'usr', 'bin', 'go'));
  const cache = path.join(folder, 'go');
  const result = await run(old, ['mod', 'download', '-json', goModule()], {
    cwd: folder,
    env: {
      ...process.env,
      GOROOT: path.dirname(path.dirname(old)),
      GOMODCACHE: cache,
      GOCACHE: path.join(folder, 'go-cache'),
      GOFLAGS: '-modcacherw',
      GOTOOLCHAIN: 'local',
    },
  });
  const root = (JSON.parse(result.stdout) as { Dir: string }).Dir;
  // Module archives carry no permissions; go itself would set these after a download of its own.
  const tools = path.join(root, 'pkg', 'tool');
  const programs = [path.join(root, 'bin'), ...fs.readdirSync(tools).map((name) => path.join(tools, name))];
  for (const each of programs) for (const file of fs.readdirSync(each)) fs.chmodSync(path.join(each, file), 0o755);
  fs.rmSync(path.join(cache, 'cache'), { recursive: true, force: true });
  return path.relative(folder, root);
}

/** The module that is Go's own distribution for this machine. */
function goModule(): string {
  return `golang.org/toolchain@v0.0.1-go${versions.go}.${process.platform}-${goArchitecture()}`;
}

/** This machine's architecture in Go's (and Docker's) words. */
export function goArchitecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

/** A compiler that runs from a folder: it finds its parts by its own place, its libraries by the variable. */
function debianCompilerScript(tree: string): string {
  return [
    `tree="${tree}"`,
    'libraries=$(echo "$tree"/usr/lib/*-linux-gnu "$tree"/lib/*-linux-gnu | tr " " ":")',
    'export LD_LIBRARY_PATH="$libraries" PATH="$tree/usr/bin:$PATH"',
    'exec "$tree/usr/bin/gcc" --sysroot="$tree" -B"$tree/usr/bin/" "$@"',
  ].join('\n');
}

function writeScript(file: string, body: string): void {
  fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** The machine's C compiler if it can link a static program. */
async function staticCompilerOfThisMachine(context: PartContext): Promise<string | undefined> {
  const cc = which('gcc') ?? which('cc');
  if (cc === undefined) return undefined;
  const scratch = context.store.scratch('compilers-try');
  const source = path.join(scratch, 'try.c');
  fs.writeFileSync(source, '#include <math.h>\n#include <pthread.h>\nint main(void) { return pthread_self() == 0; }\n');
  const result = await context.run(
    cc,
    ['-static', '-O2', source, '-o', path.join(scratch, 'try'), '-lm', '-lpthread'],
    {
      allowFailure: true,
    },
  );
  fs.rmSync(scratch, { recursive: true, force: true });
  return result.code === 0 ? cc : undefined;
}
