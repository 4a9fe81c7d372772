// Runs this project's tests: `node test/main.cjs [--unit …]`, as `npm test` does.
'use strict';
require('../base/loader/typescript.cjs');
const { main } = require('./run');

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`error: ${error.message}\n`);
    process.exit(1);
  },
);
