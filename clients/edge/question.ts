import { dockerExec, type ContainerAt } from '../docker/docker';

/** A question to a program, asked from where an edge stands. */
export interface Question {
  /** The edge's container. */
  from: ContainerAt;
  /** Name or address, and port. */
  address: string;
  port: number;
  /** The name that it is asked for. */
  host: string;
  /** `/health` */
  path: string;
}

/**
 * What came back: the status of an answer in HTTP, whatever it is; what else was said first; nothing, when the connection was refused,
 * was closed or stayed silent.
 */
export type Answer = { status: number } | { said: string } | undefined;

/**
 * Prints the first 12 characters of what a request gets, which is all of `HTTP/1.1 200`. What nc reads from stays open, by its own
 * end of the pipe: a program that sees the end of a request's stream may take it for somebody who has gone.
 */
const script =
  'printf %s "$1" | { timeout "$4" nc -w "$4" "$2" "$3" 4> /proc/self/fd/0 2> /dev/null; } | head -c 12; exit 0';

/**
 * Asks once, with GET.
 * @param seconds how long at most
 * @throws DockerError when the edge does not run
 */
export async function ask({ from, address, port, host, path }: Question, seconds: number): Promise<Answer> {
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'User-Agent: sluice', 'Accept: */*', 'Connection: close'];
  const request = [...lines, '', ''].join('\r\n');
  const words = [request, address, String(port), String(Math.ceil(seconds))];
  const { stdout } = await dockerExec(from, ['sh', '-c', script, 'sh', ...words], { timeoutSeconds: seconds + 30 });
  return readAnswer(stdout);
}

/** Reads the first characters of an answer. */
export function readAnswer(text: string): Answer {
  const status = /^HTTP\/1\.[01] (\d{3})$/.exec(text)?.[1];
  if (status !== undefined) return { status: Number(status) };
  return text === '' ? undefined : { said: text };
}
