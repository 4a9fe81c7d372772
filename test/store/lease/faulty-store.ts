import type { Store, StoredObject } from '../../../store/store';
import { StoreTrouble } from '../../../store/trouble';

type Operation = 'create' | 'read' | 'list' | 'remove';

/** A store that does what a network can do to one. */
export class FaultyStore implements Store {
  readonly place: string;
  /** `refuses`: says that it is away; `hangs`: never answers. */
  state: 'works' | 'refuses' | 'hangs' = 'works';
  /** The next creation is made, and the answer gets lost. */
  losesAnswer = false;
  /** How many of each it was asked for. */
  readonly count: Record<Operation, number> = { create: 0, read: 0, list: 0, remove: 0 };
  /** Is waited for before a creation. */
  beforeCreate: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly real: Store) {
    this.place = real.place;
  }

  async create(name: string, content: Buffer): Promise<boolean> {
    await this.come('create');
    await this.beforeCreate();
    const made = await this.real.create(name, content);
    if (!this.losesAnswer) return made;
    this.losesAnswer = false;
    throw this.trouble();
  }

  async read(name: string): Promise<Buffer | undefined> {
    await this.come('read');
    return this.real.read(name);
  }

  async list(folder: string, after?: string): Promise<string[]> {
    await this.come('list');
    return this.real.list(folder, after);
  }

  async readAll(folder: string, after?: string): Promise<StoredObject[]> {
    await this.come('read');
    return this.real.readAll(folder, after);
  }

  async remove(name: string): Promise<void> {
    await this.come('remove');
    return this.real.remove(name);
  }

  private async come(operation: Operation): Promise<void> {
    this.count[operation]++;
    if (this.state === 'refuses') throw this.trouble();
    if (this.state === 'hangs') await new Promise(() => undefined);
  }

  private trouble(): StoreTrouble {
    return new StoreTrouble(`the store in ${this.place}: no answer`, 'look at it');
  }
}
