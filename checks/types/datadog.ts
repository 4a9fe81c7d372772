import { z } from 'zod';
import { isPublicAddress } from '../public-address';
import type { CheckType } from './type';
import { name } from './words';

/** Datadog's sites, as its API reference lists them. */
const sites = [
  'datadoghq.com',
  'datadoghq.eu',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'uk1.datadoghq.com',
  'ddog-gov.com',
  'us2.ddog-gov.com',
] as const;

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an address like https://shop.example.com' });
const publicId = z.string().regex(/^[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}$/, 'must be a public id like abc-def-ghi');

const settings = z.strictObject({
  /** The tests to run, each exactly once. */
  publicIds: z
    .array(publicId)
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'must not name a test twice')
    .optional(),
  /** Or what finds them, as typed into the search bar of Datadog's list of tests: `tag:e2e`. */
  search: z.string().regex(/\S/, 'must not be empty').optional(),
  /** Through the tunnel, the service that is tested; the `frontend`, else the first, by default. */
  service: name.optional(),
  /** The environment's address as Datadog reaches it; without a path each test keeps its own. */
  startUrl: webAddress.optional(),
  /** Datadog's browsers reach the environment through the check; false by default. */
  tunnel: z.boolean().optional(),
  /** datadoghq.com by default. */
  site: z.enum(sites).optional(),
  /** Datadog's API where it is not reached at `https://api.<site>`, like a gateway that stands in front of it. */
  apiUrl: webAddress.optional(),
  /** Values of the tests' variables, none of them a secret. */
  variables: z.record(z.string().regex(/^\w+$/, 'must be a word'), z.string()).optional(),
  /** Where from, in place of the tests' own locations: `aws:eu-central-1`. */
  locations: z.array(z.string().min(1)).min(1).optional(),
  /** Of a search, how many tests it must find; 1 by default. */
  minTests: z.int().min(1).max(1000).optional(),
  /** What the failure of a test means that Datadog calls "non-blocking"; refuse by default. */
  nonBlocking: z.enum(['refuse', 'ignore']).optional(),
});

export const datadog: CheckType<typeof settings> = {
  settings,
  rule({ publicIds, search, service, startUrl, tunnel = false, apiUrl, locations, minTests }) {
    if ((publicIds === undefined) === (search === undefined)) return 'needs exactly one of publicIds and search';
    if (minTests !== undefined && search === undefined) return 'has minTests, which belongs to search';
    if (service !== undefined && startUrl !== undefined) return 'has service and startUrl: only one can be tested';
    if (!tunnel && startUrl === undefined) {
      return 'needs startUrl, the public address of what it tests, or "tunnel: true" where there is none';
    }
    if (!tunnel && startUrl !== undefined && !isPublicAddress(startUrl)) {
      return `has startUrl ${startUrl}, which Datadog can't reach from outside: name a public address, or say "tunnel: true"`;
    }
    if (tunnel && locations !== undefined) return 'has locations, but through the tunnel Datadog chooses the location';
    if (apiUrl?.startsWith('http:') === true && isPublicAddress(apiUrl)) {
      return `has apiUrl ${apiUrl}, which would send the keys in plain text: write https:`;
    }
    return undefined;
  },
  timeLimitSeconds: 900,
  secrets: ['datadogApiKey', 'datadogAppKey'],
};
