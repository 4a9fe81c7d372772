import { z } from 'zod';

/** A schema for each field of a type: the compiler refuses one that is left out, or that the type does not have. */
export type FieldsOf<T> = { [Field in keyof T]-?: z.ZodType<T[Field]> };

/**
 * What goes into a program of actions/ and what comes out of it.
 * @param of.input fields that people may read. Their JSON text, in the order in which they are given, is what makes the program run anew
 *   unless its resource names other triggers
 * @param of.secret fields that are encrypted in the state and make nothing run anew
 * @param of.output what it prints
 */
export function action<
  Input extends z.ZodRawShape,
  Secret extends z.ZodRawShape,
  Output extends z.ZodType<object>,
>(of: { input: Input; secret: Secret; output: Output }) {
  return {
    /** What its resource gives openly. */
    open: z.object(of.input),
    /** What its resource gives besides, as secrets. */
    secret: z.object(of.secret),
    /** Both together, as they come over standard input. */
    input: z.strictObject({ ...of.input, ...of.secret }),
    output: of.output,
  };
}
