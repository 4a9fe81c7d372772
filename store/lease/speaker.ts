import { duration } from '../../base/duration';
import { holderOf, type Found } from './record';
import type { Waiting } from './request';
import { monotonic } from './times';

/** What people hear of the waiting. */
export class Speaker {
  private readonly began = monotonic();
  private spoke: number | undefined;

  constructor(
    private readonly environment: string,
    private readonly request: Waiting,
  ) {}

  wait({ record }: Found): void {
    const now = monotonic();
    if (this.spoke !== undefined && now - this.spoke < this.request.times.speak) return;
    this.spoke = now;
    const waited = duration((now - this.began) / 1000);
    this.request.note(`${this.environment} is held by ${holderOf(record)}; waiting, ${waited} so far`);
  }

  takeOver({ record }: Found, why: 'dead' | 'silent'): void {
    const reason =
      why === 'dead'
        ? 'which is no longer there'
        : `of which nothing was heard for ${duration(this.request.times.silence / 1000)}`;
    this.request.note(`${this.environment} was held by ${holderOf(record)}, ${reason}: taking over`);
  }
}
