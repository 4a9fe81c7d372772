'use strict';
// Lets Node load this program's TypeScript. ts-node compiles a file once and what comes of it is kept beside the packages: to load
// the compiler takes longer than most of these programs do to their work. In the image every file has its compiled one beside it,
// which Node prefers.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');

const root = path.resolve(__dirname, '..', '..');
const kept = path.join(root, 'node_modules', '.cache', 'sluice', 'compiled');
/** Where the compiled text of each file that was loaded is. */
const textOf = new Map();
let recipe;
let compiler;

/** What decides besides a file's text what comes of it: the compiler's version and its settings. */
function readRecipe() {
  return ['package.json', 'tsconfig.json'].map((name) => fs.readFileSync(path.join(root, name), 'utf8')).join();
}

function compile(text, file) {
  compiler ??= require('ts-node').create({ transpileOnly: true, project: path.join(root, 'tsconfig.json') });
  return compiler.compile(text, file);
}

/** Two programs may write the same file at once, and neither may read half of it; where nothing can be written it works as well. */
function keep(file, text) {
  const draft = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(kept, { recursive: true });
    try {
      fs.writeFileSync(draft, text);
      fs.renameSync(draft, file);
    } finally {
      fs.rmSync(draft, { force: true });
    }
  } catch {
    // It is compiled again next time.
  }
}

/** A file of TypeScript as JavaScript, with its source map. */
function javascript(file) {
  const text = fs.readFileSync(file, 'utf8');
  const key = createHash('sha256')
    .update((recipe ??= readRecipe()))
    .update('\0')
    .update(file)
    .update('\0')
    .update(text);
  const name = path.join(kept, `${key.digest('hex')}.js`);
  let found;
  try {
    found = fs.readFileSync(name, 'utf8');
  } catch {
    found = compile(text, file);
    keep(name, found);
  }
  textOf.set(file, found);
  return found;
}

let mapFrame;

/** Traces tell lines of the TypeScript; what that takes is loaded for the first trace that somebody looks at. */
function mapTraces(error, frames) {
  if (mapFrame === undefined) {
    // What is loaded now may look at a trace of its own.
    mapFrame = (frame) => frame;
    const maps = require('source-map-support');
    maps.install({
      environment: 'node',
      handleUncaughtExceptions: false,
      retrieveFile: (file) => textOf.get(file) ?? null,
    });
    mapFrame = (frame) => maps.wrapCallSite(frame);
    Error.prepareStackTrace = mapTraces;
  }
  return [String(error), ...frames.map((frame) => `    at ${mapFrame(frame)}`)].join('\n');
}

if (!fs.existsSync(path.join(root, 'base', 'paths.js'))) {
  Module._extensions['.ts'] = (module, file) => module._compile(javascript(file), file);
  Error.prepareStackTrace = mapTraces;
}
