// Starts one action: `node actions/run.cjs NAME` with a JSON object on standard input (actions/README.md).
'use strict';
require('ts-node/register/transpile-only');
const { runAction } = require('./runner');

runAction(process.argv[2]).then((code) => {
  process.exitCode = code;
});
