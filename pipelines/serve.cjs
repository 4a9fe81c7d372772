'use strict';
// Starts the Drone configuration service. Settings come from the environment (pipelines/service.ts).
const path = require('node:path');
const root = path.dirname(__dirname);
// Not with swc: it unpacks its native part into a folder that this user can write to, and there is none here.
require('ts-node').register({ cwd: root, projectSearchDir: root, swc: false, transpileOnly: true });
const { serve } = require('./service.ts');

serve().catch((error) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 2;
});
