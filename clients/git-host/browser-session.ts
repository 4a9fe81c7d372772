import { http, type HttpAnswer, type HttpOptions } from '../http';

/** How many redirects in a row are followed before it is called a loop. */
const maxRedirects = 10;

/**
 * What a person's browser does on a few pages: keeps cookies by host, follows redirects. Cookies belong to a
 * host whatever its port, as in a browser: two servers on localhost share them.
 */
export class BrowserSession {
  private readonly cookies = new Map<string, Map<string, string>>();

  /** Requests a page and follows its redirects. @returns the last answer and its address */
  async visit(url: string, options: HttpOptions = {}): Promise<{ url: string; answer: HttpAnswer<unknown> }> {
    let next = url;
    let request = options;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const answer = await this.request(next, request);
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status >= 400 || location === null) return { url: next, answer };
      next = new URL(location, next).href;
      request = {};
    }
    throw new Error(`${url} redirects more than ${maxRedirects} times`);
  }

  /** The value of a cookie that a server has set, or undefined. */
  cookie(url: string, name: string): string | undefined {
    return this.cookies.get(new URL(url).hostname)?.get(name);
  }

  /** The Cookie header's value for an address. */
  cookieHeader(url: string): string {
    return [...(this.cookies.get(new URL(url).hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private async request(url: string, options: HttpOptions): Promise<HttpAnswer<unknown>> {
    const cookie = this.cookieHeader(url);
    const headers = { accept: 'text/html', ...(cookie === '' ? {} : { cookie }), ...options.headers };
    const answer = await http(url, { ...options, headers });
    const jar = this.cookies.get(new URL(url).hostname) ?? new Map<string, string>();
    this.cookies.set(new URL(url).hostname, jar);
    for (const line of answer.headers.getSetCookie()) keep(jar, line);
    return answer;
  }
}

/** Takes one Set-Cookie line into a jar; an expired one leaves it. */
function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at).trim();
  const expired = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute));
  if (expired) jar.delete(name);
  else jar.set(name, pair.slice(at + 1).trim());
}

/** The fields of the first form on a page whose address has this part: names and their values. */
export function formFields(html: string, action: string): Record<string, string> | undefined {
  for (const [, attributes = '', inside = ''] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/gi)) {
    if (!attribute(attributes, 'action')?.includes(action)) continue;
    const fields: Record<string, string> = {};
    for (const [, input = ''] of inside.matchAll(/<input([^>]*)>/gi)) {
      const name = attribute(input, 'name');
      if (name !== undefined) fields[name] = attribute(input, 'value') ?? '';
    }
    return fields;
  }
  return undefined;
}

function attribute(text: string, name: string): string | undefined {
  const match = new RegExp(`\\b${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(text);
  const value = match?.[2] ?? match?.[3] ?? match?.[4];
  return value?.replace(/&(amp|#34|#39|quot|lt|gt|#x2f|#43);/gi, (entity) => entities[entity.toLowerCase()] ?? entity);
}

const entities: Record<string, string> = {
  '&amp;': '&',
  '&#34;': '"',
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&#x2f;': '/',
  '&#43;': '+',
};
