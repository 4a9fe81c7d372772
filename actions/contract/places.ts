import { z } from 'zod';
import type { SshConnection } from '../../clients/ssh/ssh';
import type { LedgerAccess, MachinePlace } from '../../targets/place';
import type { Places } from '../../targets/places';
import type { EdgedEnvironment, Upstream } from '../../targets/upstream';
import type { FieldsOf } from './action';

const sshConnection = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  hostKey: z.string(),
  password: z.string().optional(),
  privateKey: z.string().optional(),
} satisfies FieldsOf<SshConnection>);

const machineFields = { ssh: sshConnection, folder: z.string() } satisfies FieldsOf<MachinePlace>;

/** The folder of an environment on another machine. */
export const machinePlace = z.object(machineFields);

const edgedEnvironment = z.object({
  instance: z.string(),
  environment: z.string(),
  edge: z.string(),
  network: z.string(),
} satisfies FieldsOf<EdgedEnvironment>);

const upstream = z.object({
  ...machineFields,
  ports: z.record(z.string(), z.number()),
  tools: z.string(),
  registry: z.object({ host: z.string(), username: z.string(), password: z.string() }),
  engine: edgedEnvironment.optional(),
} satisfies FieldsOf<Upstream>);

/** How the platform's ledgers are reached. */
export const ledgerAccess = z.object({
  key: z.string(),
  store: z.string().optional(),
  storeLogin: sshConnection.pick({ hostKey: true, password: true, privateKey: true }).optional(),
  onMachines: z.literal(true).optional(),
} satisfies FieldsOf<LedgerAccess>);

/** Where environments on other machines are. */
export const places = z.object({
  upstream: upstream.optional(),
  own: upstream.optional(),
} satisfies FieldsOf<Places>);
