/** Mutation testing of the decisions: `npm run mutants`. */
export default {
  mutate: ['releases/**/*.ts'],
  testRunner: 'mocha',
  mochaOptions: { config: 'test/mutants.mocharc.json' },
  coverageAnalysis: 'perTest',
  ignorePatterns: ['/coverage', '/storedog', '/docs'],
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false },
  concurrency: 2,
  // Of a hundred mutants that many have to be noticed: today's score.
  thresholds: { break: 97 },
};
