import { NotTold } from './not-told';

/** Entries of a page; Gitea gives no more. */
const pageSize = 50;

/** Reading of a git host's API, without a login: who is asked through the platform's gateway adds one. */
export class GitHostReader {
  /** @param url without a slash at the end */
  constructor(private readonly url: string) {}

  /**
   * The login that an account has now: of one that was renamed, another than it is asked by.
   * @returns undefined when there is no such account
   */
  async account(login: string): Promise<string | undefined> {
    const found = await this.get<{ login?: string; username?: string }>(`/users/${encodeURIComponent(login)}?page=1`);
    return found?.body.login ?? found?.body.username;
  }

  /**
   * All entries of a list, page by page.
   * @param path with its query: `/repos/sluice/discounts/pulls?state=closed`
   * @param key what tells two entries apart
   * @returns undefined when there is no such thing
   * @throws NotTold when some are missing: the list has changed while it was read
   */
  async all<T>(path: string, key: (entry: T) => number | string): Promise<T[] | undefined> {
    const found = new Map<number | string, T>();
    let least: number | undefined;
    for (let page = 1; ; page++) {
      const answer = await this.get<T[] | null>(
        `${path}${path.includes('?') ? '&' : '?'}limit=${pageSize}&page=${page}`,
      );
      if (answer === undefined) return undefined;
      const entries = answer.body ?? [];
      for (const entry of entries) found.set(key(entry), entry);
      const { total } = answer;
      least ??= total;
      if (entries.length > 0 && (total === undefined || page * pageSize < total)) continue;
      if (least !== undefined && found.size < least) {
        throw new NotTold(`the git host has told ${found.size} of ${least} entries of ${path}`);
      }
      return [...found.values()];
    }
  }

  private async get<T>(path: string): Promise<{ body: T; total: number | undefined } | undefined> {
    try {
      const response = await fetch(`${this.url}/api/v1${path}`, { signal: AbortSignal.timeout(30_000) });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new NotTold(`the git host answers ${response.status} to GET ${path}`);
      const count = Number(response.headers.get('x-total-count') ?? Number.NaN);
      return { body: (await response.json()) as T, total: Number.isInteger(count) ? count : undefined };
    } catch (error) {
      if (error instanceof NotTold) throw error;
      throw new NotTold('the git host does not answer');
    }
  }
}
