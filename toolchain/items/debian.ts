import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { UserError } from '../../base/errors';
import { debianSources, PrivateApt, sourcesList } from '../apt';
import { hashOf } from '../hash';
import type { PartContext, Part } from '../part';
import { buildImage, requireSameArchitecture, toolchainLabel } from './image';

const packages = ['?essential', 'apt', 'ca-certificates', 'busybox', 'usr-is-merged'];

const dockerfile = fs.readFileSync(path.join(__dirname, '..', 'images', 'debian', 'Dockerfile'), 'utf8');

/**
 * A small Debian as an image, of the same release and from the same mirror as this machine. Made without root: the packages
 * are unpacked here, and installed by dpkg inside the engine.
 */
export const debianImage: Part = ((): Part => {
  const release = codeNameOf(readText('/etc/os-release'));
  const key = hashOf({ version: 3, packages, dockerfile, release, architecture: process.arch });
  const id = `sluice/debian:${release}-${key}`;
  return {
    name: 'image-debian',
    kind: 'image',
    id,
    title: `Debian ${release} base image, from packages`,
    seconds: 40,
    needs: [],
    make: (context) => makeDebian(context, id, key),
  };
})();

/** The release's code name in the text of /etc/os-release. */
export function codeNameOf(osRelease: string): string {
  return /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(osRelease)?.[1] ?? 'unknown';
}

function readText(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

async function makeDebian(context: PartContext, id: string, key: string): Promise<void> {
  await requireSameArchitecture();
  const sources = await debianSources();
  if (sources.length === 0)
    throw new UserError(
      'base images can be made from packages on Debian only, and this machine has no Debian package source',
      'run on Debian, or where images can be pulled',
    );
  const scratch = context.store.scratch('debian');
  const apt = await PrivateApt.open(fs.mkdtempSync(path.join(scratch, 'apt-')), context);
  const archives = await apt.download(packages);
  const tree = path.join(scratch, 'tree');
  prepareTree(tree, sourcesList(sources));
  context.note('unpacking packages');
  for (const file of archives) await unpack(file, tree, scratch, context);
  // Files of packages belong to users by name, so Debian's fixed users must be known before dpkg installs anything.
  for (const name of ['passwd', 'group'])
    fs.copyFileSync(path.join(tree, 'usr/share/base-passwd', `${name}.master`), path.join(tree, 'etc', name));
  const [unpacked, installed] = [`sluice/debian-unpacked:${key}`, `sluice/debian-installed:${key}`];
  context.note('importing the tree');
  const tar = path.join(scratch, 'tree.tar');
  await context.run('tar', [
    '--create',
    '--file',
    tar,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--directory',
    tree,
    '.',
  ]);
  await context.run('docker', ['import', '--change', `LABEL ${toolchainLabel}=${key}`, tar, unpacked]);
  const folder = path.join(scratch, 'build');
  fs.mkdirSync(path.join(folder, 'archives'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'Dockerfile'), dockerfile);
  for (const file of archives) fs.renameSync(file, path.join(folder, 'archives', path.basename(file)));
  context.note('installing packages');
  await buildImage(context, { id: installed, key, folder, arguments: { BASE: unpacked } });
  const image = await flatten(context, installed, key);
  await context.run('docker', ['rmi', '--force', unpacked, installed]);
  // Named last: once it has its name nobody comes here again, so nothing may be left to clear away.
  await context.run('docker', ['tag', image, id]);
  fs.rmSync(scratch, { recursive: true, force: true });
}

/** What must be there before the first package is installed. */
function prepareTree(tree: string, sources: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    fs.mkdirSync(path.join(tree, 'usr', name), { recursive: true });
    fs.symlinkSync(`usr/${name}`, path.join(tree, name));
  }
  const files: Record<string, string> = {
    'etc/apt/sources.list': sources,
    'etc/apt/apt.conf.d/90sluice':
      'APT::Install-Recommends "false";\nAcquire::Languages "none";\nAcquire::Retries "3";\nDPkg::Use-Pty "false";\n' +
      // No layer needs the packages that were installed from, nor the index of what could be.
      'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
    'etc/dpkg/dpkg.cfg.d/90sluice':
      'force-unsafe-io\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\npath-exclude=/usr/share/doc/*\npath-include=/usr/share/doc/*/copyright\n',
    'var/lib/dpkg/status': '',
    'var/lib/dpkg/available': '',
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(tree, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  fs.mkdirSync(path.join(tree, 'var/lib/dpkg/info'), { recursive: true });
  fs.mkdirSync(path.join(tree, 'var/lib/dpkg/updates'), { recursive: true });
  // Some packages' scripts need awk before its alternatives are set up.
  fs.symlinkSync('mawk', path.join(tree, 'usr/bin/awk'));
}

/** Unpacks a package into a tree whose /bin, /lib, … are links, which dpkg-deb's own extraction would replace by folders. */
async function unpack(file: string, tree: string, scratch: string, context: PartContext): Promise<void> {
  const tar = path.join(scratch, 'package.tar');
  await context.run('dpkg-deb', ['--fsys-tarfile', file], { stdoutFile: tar });
  await context.run('tar', [
    '--extract',
    '--file',
    tar,
    '--keep-directory-symlink',
    '--no-same-owner',
    '--directory',
    tree,
  ]);
}

/**
 * One layer instead of three, without the archives.
 * @returns the id of the image, which has no name yet
 */
async function flatten(context: PartContext, from: string, key: string): Promise<string> {
  context.note('making one layer of it');
  const name = `sluice-flatten-${key}`;
  await docker(['rm', '--force', name], { allowFailure: true });
  await context.run('docker', ['create', '--name', name, '--label', `${toolchainLabel}=${key}`, from, 'true']);
  const tar = path.join(context.store.scratch('flatten'), 'image.tar');
  await context.run('docker', ['export', '--output', tar, name]);
  const changes = [
    `LABEL ${toolchainLabel}=${key}`,
    'LABEL sluice.item=debian',
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'ENV DEBIAN_FRONTEND=noninteractive',
    'CMD ["bash"]',
  ];
  const imported = await context.run('docker', ['import', ...changes.flatMap((change) => ['--change', change]), tar]);
  await context.run('docker', ['rm', '--force', name]);
  fs.rmSync(path.dirname(tar), { recursive: true, force: true });
  return imported.stdout.trim();
}
