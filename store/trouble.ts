import { UserError } from '../base/errors';

/** A store that can't be read or written now: it is away, full, or refuses. */
export class StoreTrouble extends UserError {
  /**
   * @param message what could not be done, and what the store has said
   * @param next the next thing to type or do
   */
  constructor(message: string, next: string) {
    super(message, next, 1);
  }
}
