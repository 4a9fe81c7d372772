import { z } from 'zod';
import { action } from './action';
import { ledgerAccess, places } from './places';

/** Whose edges they are. */
const environment = {
  instance: z.string(),
  environment: z.string(),
  network: z.string(),
  /** What the names of the edges' containers begin with. */
  edge: z.string(),
};

const secret = {
  /** How the platform's ledgers are reached. */
  ledger: ledgerAccess,
  /** Where on another machine the environment is; absent: on the platform's engine. */
  places: places.optional(),
};

/** What is done with the edges of an environment. */
export const edgeActions = {
  'prepare-edges': action({
    input: {
      ...environment,
      /** The edges' image, as their engine has it. */
      image: z.string(),
      services: z.array(
        z.object({
          service: z.string(),
          volume: z.string(),
          /** Port of the host. */
          port: z.number(),
          /** HAProxy's configuration. */
          config: z.string(),
        }),
      ),
    },
    secret,
    output: z.object({
      /** Containers of other edges that had one of the ports, and were stopped. */
      stopped: z.array(z.string()),
    }),
  }),
  'configure-edges': action({
    input: {
      ...environment,
      services: z.array(
        z.object({
          service: z.string(),
          /** Another id is another container, which is told anew. */
          containerId: z.string(),
          /** HAProxy's configuration. */
          config: z.string(),
        }),
      ),
    },
    secret,
    output: z.object({
      /** Services whose edges got another configuration while they ran. */
      reloaded: z.array(z.string()),
    }),
  }),
};
