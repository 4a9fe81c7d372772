#!/usr/bin/env node
'use strict';
// The program's command. Works in a fresh clone with nothing but Node and npm: brings node_modules when they are missing or
// are not those of package-lock.json, then runs cli/main.ts. Plain JavaScript without packages for that reason.
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const root = path.resolve(__dirname, '..');
const oldest = [20, 19];

function isNodeTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules is what the lock file asks for. npm leaves a lock file of its own there as its last act, so after a
 * killed `npm ci` there is none. Packages for other systems are rightly missing, and in the image those for development.
 */
function arePackagesThere() {
  const wanted = readJson(path.join(root, 'package-lock.json'));
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  const withoutDevelopment = process.env.SLUICE_IN_IMAGE === '1';
  return Object.entries(wanted.packages).every(([name, entry]) => {
    if (name === '' || entry.link === true) return true;
    const found = installed.packages[name];
    if (found !== undefined) return found.version === entry.version && found.integrity === entry.integrity;
    return entry.optional === true || entry.devOptional === true || (withoutDevelopment && entry.dev === true);
  });
}

/**
 * Installs beside the old folder and swaps the two, so that neither a kill nor a second command at the same time can leave half
 * a node_modules. An npm whose parent was killed goes on in its own folder and harms nobody.
 */
function installPackages() {
  process.stderr.write('sluice: installing npm packages (once, about 15 s)\n');
  for (const name of fs.readdirSync(root)) if (isLeftOver(name)) remove(path.join(root, name));
  const draft = path.join(root, `node_modules.${process.pid}`);
  fs.mkdirSync(draft);
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    if (fs.existsSync(path.join(root, name))) fs.copyFileSync(path.join(root, name), path.join(draft, name));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const result = spawnSync(npm, ['ci', '--ignore-scripts', ...quiet], { cwd: draft, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    remove(draft);
    fail(1, 'npm ci did not succeed', 'see its message above');
  }
  const [current, old] = [path.join(root, 'node_modules'), path.join(root, `node_modules.${process.pid}.old`)];
  if (fs.existsSync(current)) fs.renameSync(current, old);
  fs.renameSync(path.join(draft, 'node_modules'), current);
  remove(old);
  remove(draft);
}

/** Folders of installations whose process is gone. */
function isLeftOver(name) {
  const pid = /^node_modules\.(\d+)/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function remove(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function fail(code, message, next) {
  process.stderr.write(`${message}\n  next: ${next}\n`);
  process.exit(code);
}

if (isNodeTooOld())
  fail(2, `Node: found ${process.versions.node}, needed ${oldest.join('.')} or newer`, 'install a newer Node');
if (!arePackagesThere()) installPackages();
require('../base/loader/later.cjs');
require('../base/loader/typescript.cjs');
require('../cli/main')
  .main(process.argv.slice(2))
  // A verb may leave a connection open; what it printed into a pipe is let through first.
  .then((code) => process.stdout.write('', () => process.stderr.write('', () => process.exit(code))));
