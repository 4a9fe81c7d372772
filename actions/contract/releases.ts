import { z } from 'zod';
import type { ReleaseRoute } from '../lib/release-routes';
import { action, type FieldsOf } from './action';
import { ledgerAccess, machinePlace, places } from './places';
import { candidate, environmentWatch, gate, knownHead, login, releaseSet } from './values';

/** Of an environment's gate and watch: what is in no record. */
const besides = {
  /** How the platform's ledgers are reached. */
  ledger: ledgerAccess,
  /** Where environments on other machines are; absent: all is on the platform's engine. */
  places: places.optional(),
  /** What checks get beside their settings, by config key; absent: nothing. */
  secrets: z.record(z.string(), z.string()).optional(),
};

/** Of a gate: what is in no record. */
const besidesGate = {
  ...besides,
  /** Where on another machine the environment is that asks; absent: on the platform's engine. */
  machine: machinePlace.optional(),
};

/** What a gate is asked about. */
const gateFields = {
  instance: z.string(),
  environment: z.string(),
  /** The environment that is tested. */
  upstream: z.string(),
  /** Its Docker network, in which checks run. */
  upstreamNetwork: z.string(),
  candidate,
  gate,
  /** Of everything that upstream is to serve, by service; absent of what has passed before anybody wrote that down. */
  digests: z.record(z.string(), z.string()).optional(),
};

/** Of what writes into the ledger. */
const ended = {
  /** Where the ledger ended then; older versions did not print it. */
  head: knownHead.optional(),
};

const deployed = z.object({
  candidate,
  /** Container name by service, as served. */
  containers: z.record(z.string(), z.string()),
  ...ended,
});

const route = z.object({
  service: z.string(),
  container: z.string(),
  port: z.number(),
  direct: z.boolean().optional(),
  release: z.string(),
  recreate: z.boolean(),
  healthySeconds: z.number(),
} satisfies FieldsOf<ReleaseRoute>);

/** What lets candidates into environments and makes them current. */
export const releaseActions = {
  gate: action({
    input: gateFields,
    secret: besidesGate,
    output: z.object({
      candidateKey: z.string(),
      gateHash: z.string(),
      /** Digest by service: of the candidate, and of what else was tested with it. */
      promoted: z.record(z.string(), z.string()),
      ...ended,
    }),
  }),
  trial: action({
    input: gateFields,
    secret: besidesGate,
    // It names no digest to deploy: that is the gate's to say. The ledger's end is of no use: a state must not wait for what may be refused.
    output: z.object({ candidateKey: z.string(), checksHash: z.string() }),
  }),
  'report-refusal': action({ input: { text: z.string() }, secret: {}, output: z.object({}) }),
  'await-healthy': action({
    input: {
      service: z.string(),
      container: z.string(),
      /** Another id is another container, which is waited for anew. */
      containerId: z.string(),
      /** Seconds that it may take. */
      healthySeconds: z.number(),
    },
    secret: { places: besides.places },
    output: z.object({ container: z.string() }),
  }),
  cutover: action({
    input: {
      instance: z.string(),
      environment: z.string(),
      network: z.string(),
      /** What the names of the edges' containers begin with. */
      edge: z.string(),
      /** By service, the edge's container: a new one is looked at again. */
      edgeIds: z.record(z.string(), z.string()),
      candidate,
      /** Another id is another container, which has to be switched to. */
      routes: z.array(route.extend({ containerId: z.string() })),
      /** It stands behind a gate, so that the ledger has to say that the candidate may serve. */
      gated: z.boolean(),
      watch: environmentWatch,
      /** Seconds that what the former releases are serving may take to its end. */
      drainSeconds: z.number(),
      /** ISO 8601: when a switch was last broken off or taken back, so that the edge is asked once more; absent: never. */
      brokenAt: z.string().optional(),
    },
    secret: besides,
    output: deployed,
  }),
  'require-pass': action({
    input: {
      environment: z.string(),
      candidate,
      /** By service that the environment has, `repository@sha256:…` as it is to be deployed. */
      images: z.record(z.string(), z.string()),
      /** ISO 8601, of the deployment: the ledger is asked before each. */
      at: z.string(),
    },
    secret: { ledger: ledgerAccess, machine: machinePlace },
    output: z.object({
      /** Digest by service: what the ledger lets in. */
      letIn: z.record(z.string(), z.string()),
    }),
  }),
  'record-deployment': action({
    input: {
      environment: z.string(),
      candidate,
      releases: releaseSet,
      /** ISO 8601. */
      at: z.string(),
      /** What the deployment's script has printed. */
      printed: z.string(),
    },
    secret: { ledger: ledgerAccess, machine: machinePlace },
    output: deployed,
  }),
  'move-channel': action({
    input: {
      /** The tag. */
      channel: z.string(),
      candidate,
      registryUrl: z.string(),
      /** PEM of a private authority that its certificate is signed by; absent: none. */
      registryCa: z.string().optional(),
    },
    secret: { login },
    /** Digest by service. */
    output: z.record(z.string(), z.string()),
  }),
};
