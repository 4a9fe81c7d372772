import { bearer, http, type HttpAnswer, type HttpOptions } from '../http';

/** Names who is asking: a token or, right after a login, the session's cookies. Neither goes into an address. */
export type DroneIdentity = { token: string } | { cookies: string };

/** Drone's HTTP API in the name of one user. Whatever is asked of Drone goes through here. */
export class DroneApi {
  /**
   * @param url Drone's address, without a slash at the end
   * @param usual options of each request, unless it has its own
   */
  constructor(
    protected readonly url: string,
    private readonly identity: DroneIdentity,
    private readonly usual: Pick<HttpOptions, 'patienceSeconds'> = {},
  ) {}

  /**
   * @param path below `/api`
   * @throws HttpError when Drone refuses: 401 when it does not know who is asking
   */
  protected call<T = unknown>(path: string, options: HttpOptions = {}): Promise<HttpAnswer<T>> {
    const who =
      'token' in this.identity
        ? { authorization: bearer(this.identity.token) }
        : { headers: { ...options.headers, cookie: this.identity.cookies } };
    return http<T>(`${this.url}/api${path}`, { ...this.usual, ...options, ...who });
  }
}
