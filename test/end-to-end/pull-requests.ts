import * as assert from 'node:assert/strict';
import { BrowserSession, formFields } from '../../clients/git-host/browser-session';
import { basic, http, type Login } from '../../clients/http';

/** A pull request that somebody opens. */
export interface WantedPullRequest {
  /** The git host as people open it. */
  url: string;
  login: Login;
  /** `owner/name` */
  slug: string;
  /** Branch that is to be taken into `main`. */
  branch: string;
}

/** Opens a pull request as people do at a git host of this kind. */
export const openPullRequest: Record<string, (wanted: WantedPullRequest) => Promise<void>> = {
  async gitea({ url, login, slug, branch }) {
    const json = { title: `Take ${branch}`, head: branch, base: 'main' };
    await http(`${url}/api/v1/repos/${slug}/pulls`, { method: 'POST', authorization: basic(login), json });
  },

  /** Gogs has no API for it. */
  async gogs({ url, login, slug, branch }) {
    const session = new BrowserSession();
    const submit = async (page: string, values: Record<string, string>): Promise<string> => {
      const fields = formFields((await session.visit(`${url}${page}`)).answer.text, page);
      assert.ok(fields !== undefined, `no form on ${page}`);
      return (await session.visit(`${url}${page}`, { method: 'POST', form: { ...fields, ...values } })).url;
    };
    await submit('/user/login', { user_name: login.username, password: login.password });
    const at = await submit(`/${slug}/compare/main...${branch}`, { title: `Take ${branch}`, content: '' });
    assert.match(at, /\/pulls\/\d+$/);
  },
};
