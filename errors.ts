/** A person's mistake or a machine's lack: printed as one message with the next thing to type, exit code 2. */
export class UserError extends Error {
  /**
   * @param message what is wrong with which value
   * @param next the next thing to type or do
   */
  constructor(
    message: string,
    readonly next?: string,
  ) {
    super(message);
    this.name = 'UserError';
  }

  /** The whole text for a terminal, message first. */
  override toString(): string {
    return this.next === undefined ? this.message : `${this.message}\n  next: ${this.next}`;
  }
}
