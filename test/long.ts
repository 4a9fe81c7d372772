/**
 * Whether this is the long form of the tests (`npm run test:long`): every place at which something can be killed, a race tried twenty
 * times, moves between machines. The short form, `npm test`, takes some of each kind.
 */
export const isLong = process.env['SLUICE_TESTS'] === 'long';

/** A test of the long form alone; the short form does not know it. */
export const long = (title: string, run: Mocha.AsyncFunc): unknown => (isLong ? it(title, run) : undefined);

/** A whole theme of the long form alone. */
export const longTheme = (title: string, tests: (this: Mocha.Suite) => void): unknown =>
  isLong ? describe(title, tests) : undefined;
