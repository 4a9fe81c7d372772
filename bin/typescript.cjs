'use strict';
// Lets Node load this program's TypeScript. In the image every file has its compiled one beside it, which Node prefers: there
// the compiler, which takes longer to load than most of these programs to do their work, stays where it is.
const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
if (!fs.existsSync(path.join(root, 'paths.js'))) {
  process.env.TS_NODE_PROJECT ??= path.join(root, 'tsconfig.json');
  require('ts-node/register/transpile-only');
}
