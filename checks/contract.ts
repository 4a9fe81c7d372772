import { z } from 'zod';
import { UserError } from '../base/errors';
import type { CheckTypeName } from '../releases/types';
import { commonFields, type RequestWith } from './protocol';
import { checkTypeNames, checkTypes, withRule, type CheckTypes } from './types';

/** One schema for each type: its settings, and the secrets that it is given. */
const requests = checkTypeNames.map((type) => {
  const { settings, secrets = [] } = checkTypes[type];
  const given = secrets.length === 0 ? {} : { secrets: z.strictObject(Object.fromEntries(secrets.map(isThere))) };
  return z.strictObject({
    ...commonFields,
    type: z.literal(type),
    settings: withRule(checkTypes[type], settings),
    ...given,
  });
}) as unknown as [z.ZodObject<{ type: z.ZodLiteral<CheckTypeName> }>];

const request = z.discriminatedUnion('type', requests) as unknown as z.ZodType<CheckRequest>;

/** The request of one type of check. */
export type RequestOf<Type extends CheckTypeName> = RequestWith<Type, z.infer<CheckTypes[Type]['settings']>>;
/** What a check is asked, on standard input. */
export type CheckRequest = { [Type in CheckTypeName]: RequestOf<Type> }[CheckTypeName];

/**
 * Reads a request.
 * @throws UserError that names each wrong field
 */
export function parseRequest(value: unknown): CheckRequest {
  const parsed = request.safeParse(value);
  if (!parsed.success)
    throw new UserError(`the check's request is wrong: ${describe(parsed.error)}`, 'correct the gate');
  const unknownService = namedService(parsed.data);
  if (unknownService !== undefined) {
    throw new UserError(
      `the check's request is wrong: settings.service: there is no service ${unknownService}`,
      `name one of ${Object.keys(parsed.data.urls).join(', ')}`,
    );
  }
  return parsed.data;
}

function namedService({ settings, urls }: CheckRequest): string | undefined {
  const service = 'service' in settings ? settings.service : undefined;
  return service === undefined || service in urls ? undefined : service;
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}

function isThere(secret: string): [string, z.ZodString] {
  return [secret, z.string().min(1)];
}
