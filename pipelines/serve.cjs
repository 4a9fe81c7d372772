'use strict';
// Starts the Drone configuration service. Settings come from the environment (pipelines/service.ts).
require('../base/loader/typescript.cjs');
const { note } = require('../base/terminal');
const { serve } = require('./service');

serve().catch((error) => {
  note(String(error));
  process.exitCode = 2;
});
