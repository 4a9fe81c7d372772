import { z } from 'zod';
import { projectFile, projectFileRule } from '../../base/paths';

/** A name that is part of Docker names, DNS names and URLs. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and dashes, at most 31')
  .regex(/^(?!xn--)/, 'must not begin with "xn--", which stands for other letters in addresses');

/** A file or a folder of the project. */
export const folder = z.string().regex(projectFile, projectFileRule);
