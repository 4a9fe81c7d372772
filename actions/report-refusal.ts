import { ActionFailed } from './runner';

/** Fails with the text it is given: an update that left a candidate out has to say so and must not count as success. */
export default function reportRefusal(raw: unknown): Promise<never> {
  return Promise.reject(new ActionFailed((raw as { text: string }).text));
}
