'use strict';
// Packages load with their first line what only some programs use: Pulumi's SDK its Automation API and what it takes to turn
// functions into text (a TypeScript compiler, npm's tree of packages), zod its messages in fifty languages. That is half of the
// time that a program takes to load. Required before them, this file makes those modules load when somebody uses them.
// What that saves, and when it may go: docs/decisions/loading.md.
const Module = require('node:module');

/** Puts something in a module's place that loads it when it is used. One that is loaded already stays. */
function later(file) {
  if (require.cache[file] !== undefined) return;
  let real;
  const load = () => {
    if (real === undefined) {
      delete require.cache[file];
      real = require(file);
    }
    return real;
  };
  const module = new Module(file);
  module.filename = file;
  module.loaded = true;
  module.exports = new Proxy(
    {},
    {
      // Whoever imports a module first asks this, whether he uses it or not; one that is none would be copied.
      get: (_, name) => (name === '__esModule' ? true : load()[name]),
      has: (_, name) => name in load(),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, name) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), name);
        return found === undefined ? undefined : { ...found, configurable: true };
      },
    },
  );
  require.cache[file] = module;
}

const sdk = Module.createRequire(require.resolve('@pulumi/pulumi'));
for (const name of ['./automation/index.js', './typescript-shim.js', '@npmcli/arborist']) later(sdk.resolve(name));
later(require.resolve('zod/v4/locales'));
