import { ActionFailed } from '../base/errors';
import type { ActionInput } from './contract';

/** Fails with the text it is given: an update that left a candidate out has to say so and must not count as success. */
export default function reportRefusal({ text }: ActionInput<'report-refusal'>): Promise<never> {
  return Promise.reject(new ActionFailed(text));
}
