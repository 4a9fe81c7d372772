'use strict';
// What Pulumi runs: index.ts. (Pulumi would load a TypeScript compiler for that, each time.)
require('../base/loader/later.cjs');
require('../base/loader/typescript.cjs');

// Nobody reads this any more when the engine was killed. The SDK would tell that it can't tell, for ever, with a core and all memory.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1));

// The SDK takes a trace with every promise. To map each to the TypeScript takes longer than all else here; an error's is mapped.
const mapTraces = Error.prepareStackTrace;
Error.prepareStackTrace = undefined;
require('../components/diagnostics').showDiagnostics(require('@pulumi/pulumi').log);
const declare = require('../index');

module.exports = async () => {
  try {
    return await declare();
  } catch (error) {
    Error.prepareStackTrace = mapTraces;
    throw error;
  }
};
