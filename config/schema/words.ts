import { z } from 'zod';

/** A TCP port of a host or of a container. */
export const port = z.int().min(1).max(65535);

/** Seconds, up to an hour. */
export const seconds = z.number().positive().max(3600);

/** Whole seconds, up to a day: how long a connection may be silent. */
export const patience = z.int().positive().max(86_400);

const variable = z.string().regex(/^[^=\s\p{Cc}]+$/u, 'must be a word without "="');

/** Variables of a program by name; numbers and booleans become the text that they are written as. */
export const values = z.record(
  variable,
  z.union([z.string(), z.number(), z.boolean()], 'must be text').transform(String),
);
