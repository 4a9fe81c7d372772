import { codeLine, type ErrorCode } from './codes';

/** A person's mistake or a machine's lack: printed as one message with the next thing to type. */
export class UserError extends Error {
  /**
   * @param message what is wrong with which value
   * @param next the next thing to type or do
   * @param exitCode a verb's: 2 for wrong use or config, 1 for what did not succeed
   */
  constructor(
    message: string,
    readonly next?: string,
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
    this.name = 'UserError';
  }

  /** The whole text for a terminal, message first. */
  override toString(): string {
    return this.next === undefined ? this.message : `${this.message}\n${nextLine(this.next)}`;
  }
}

/** An action that did not succeed, in words meant for people; exit code 1. */
export class ActionFailed extends Error {
  /** @param codes what it is, for programs; none where nobody asks */
  constructor(
    message: string,
    readonly codes: readonly ErrorCode[] = [],
  ) {
    super(message);
  }

  /** What its process prints: the words, then the codes. */
  override toString(): string {
    return [this.message, ...this.codes.map((code) => codeLine(code))].join('\n');
  }
}

/** The line of an error's text that holds the next thing to type. It is the same for people and programs. */
export function nextLine(next: string): string {
  return `  next: ${next}`;
}

/** Whether a text has such a line already. */
export function hasNextLine(text: string): boolean {
  return text.split('\n').some((each) => each.trimStart().startsWith('next: '));
}
