// Measures: `node bench/main.cjs [options] [row…]`, as `./sluice bench` does.
'use strict';
require('../base/loader/later.cjs');
require('../base/loader/typescript.cjs');
const { main } = require('./run');

main(process.argv.slice(2)).then((code) => process.exit(code));
