// Starts one action: `node actions/run.cjs NAME` with a JSON object on standard input (actions/README.md).
'use strict';
require('../base/loader/typescript.cjs');
const { runAction } = require('./runner');

runAction(process.argv[2]).then((code) => {
  process.exitCode = code;
});
