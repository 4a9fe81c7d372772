import type { Draft } from './draft';
import { secondsOf } from './units';
import { at, flagOf, numberOf, refuse, refuseOthers, textOf, textsOf, type Spot } from './values';

/** Docker's own, where a health check says nothing. */
const defaults = { interval: 30, timeout: 30, start_period: 0 };

/** Seconds that a release gets at least. */
const least = 60;

/** `healthcheck`: the test as the engine runs it, and how long a release may take. */
export function readHealth(spot: Spot): Draft | undefined {
  const { node, where, problems } = spot;
  if (node.kind !== 'map') return refuse(spot, 'must be a mapping with a "test"');
  refuseOthers(spot, {
    test: undefined,
    interval: undefined,
    timeout: undefined,
    retries: undefined,
    start_period: undefined,
    disable: undefined,
    start_interval: 'is not known to engines before 25; a short "interval" does the same',
  });
  const field = (key: string): Spot | undefined => {
    const value = at(node, key);
    return value === undefined ? undefined : { node: value, where: `${where}.${key}`, problems };
  };
  const disable = field('disable');
  const none =
    'takes the health check away, but only a release that is known to be healthy is switched to; write a "test"';
  if (disable !== undefined && flagOf(disable) === true) return refuse(disable, none);
  const testSpot = field('test');
  if (testSpot === undefined) return refuse(spot, 'says no "test"; the image\'s own can\'t be given other times');
  const test = testOf(testSpot);
  if (test === undefined) return undefined;
  if (test[0] === 'NONE') return refuse(testSpot, none);
  const time = (key: keyof typeof defaults): number => {
    const each = field(key);
    const text = each === undefined ? undefined : textOf(each);
    if (each === undefined || text === undefined) return defaults[key];
    const seconds = secondsOf(text);
    if (seconds !== undefined && seconds <= 3600) return seconds;
    refuse(each, `"${text}" is no duration of up to an hour; write one like 30s or 1m30s`);
    return defaults[key];
  };
  const retriesSpot = field('retries');
  const retries = (retriesSpot === undefined ? undefined : numberOf(retriesSpot)) ?? 3;
  const [interval, timeout, start] = [time('interval'), time('timeout'), time('start_period')];
  return {
    health: {
      test,
      // Zero stands for the engine's own.
      intervalSeconds: interval === 0 ? defaults.interval : interval,
      timeoutSeconds: timeout === 0 ? defaults.timeout : timeout,
      retries: Math.max(1, Math.round(retries)),
      ...(start === 0 ? {} : { startPeriodSeconds: start }),
    },
    // As long as the engine may take to call it ill.
    healthySeconds: Math.min(3600, Math.max(least, Math.ceil(start + interval * (retries + 1)))),
  };
}

function testOf(spot: Spot): string[] | undefined {
  if (spot.node.kind === 'scalar') {
    const text = textOf(spot);
    return text === undefined ? undefined : ['CMD-SHELL', text];
  }
  const words = textsOf(spot);
  if (words[0] === 'NONE' || ((words[0] === 'CMD' || words[0] === 'CMD-SHELL') && words.length > 1)) return words;
  return refuse(spot, 'must begin with CMD or CMD-SHELL and go on with the command');
}
