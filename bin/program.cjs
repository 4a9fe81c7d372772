'use strict';
// What Pulumi runs: index.ts. (Pulumi would load a TypeScript compiler for that, each time.)
require('./later.cjs');
require('./typescript.cjs');

// The SDK takes a trace with every promise. To map each to the TypeScript takes longer than all else here; an error's is mapped.
const mapTraces = Error.prepareStackTrace;
Error.prepareStackTrace = undefined;
const declare = require('../index');

module.exports = async () => {
  try {
    return await declare();
  } catch (error) {
    Error.prepareStackTrace = mapTraces;
    throw error;
  }
};
