// Runs one check: `node checks/main.cjs` with the request (contract.ts) as JSON on standard input. The verdict is one
// line of JSON on standard output; exit code 0 pass, 1 fail, 2 could not tell.
'use strict';
require('../base/loader/typescript.cjs');
const { main } = require('./main');

main(process.argv.slice(2)).then((code) => process.exit(code));
