'use strict';
// Starts the Drone configuration service. Settings come from the environment (pipelines/service.ts).
require('../base/loader/typescript.cjs');
const { serve } = require('./service');

serve().catch((error) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 2;
});
