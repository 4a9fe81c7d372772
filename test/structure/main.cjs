// How easy this house is to live in, in figures: `npm run structure [-- FOLDER]`, of this checkout or of another one.
'use strict';
require('../../base/loader/typescript.cjs');
const { figuresOf } = require('./figures');

const [folder] = process.argv.slice(2);
for (const [name, found] of Object.entries(figuresOf(folder))) {
  process.stdout.write(`${String(found.length).padStart(3)} ${name}\n`);
  for (const each of found) process.stdout.write(`      ${each}\n`);
}
