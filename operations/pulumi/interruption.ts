import type { Progress } from './progress';

/** The component whose action switches an environment, watches it and goes back: components/cutover.ts. */
const cutover = 'sluice:index:Cutover$';

/**
 * Interrupts an operation of Pulumi once the lease of its stack is lost, and no cutover is at work: an interrupt would end it where it is, and keep
 * people on a release that it is about to go back from. It looks for the lease itself before it switches and when it records.
 */
export class Interruption {
  private readonly controller = new AbortController();

  /** @param lost of the lease; undefined for what needs none */
  constructor(
    private readonly lost: AbortSignal | undefined,
    private readonly progress: Pick<Progress, 'isRunning'>,
  ) {
    lost?.addEventListener('abort', this.look);
  }

  /** Of this operation alone: whoever gets it never stops listening. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** To be called whenever something has ended. */
  readonly look = (): void => {
    if (this.lost?.aborted === true && !this.progress.isRunning(cutover)) this.controller.abort(this.lost.reason);
  };

  end(): void {
    this.lost?.removeEventListener('abort', this.look);
  }
}
