import assert from 'node:assert/strict';
import { BrowserSession, formFields } from '../../../clients/git-host/browser-session';
import { fakeServers, lines, restoreFetch } from '../fake-server';

describe('browser session', () => {
  afterEach(restoreFetch);

  it('follows redirects and brings the cookies of a host along, whatever the port', async () => {
    const seen = fakeServers({
      'POST localhost:3000/login': {
        status: 303,
        headers: [
          ['location', '/home?x=1'],
          ['set-cookie', 'session=abc; Path=/; HttpOnly'],
          ['set-cookie', 'old=1; Max-Age=0'],
        ],
      },
      'GET localhost:3000/home?x=1': { status: 302, headers: [['location', 'http://localhost:3080/']] },
      'GET localhost:3080/': { text: 'hello' },
    });
    const session = new BrowserSession();
    const at = await session.visit('http://localhost:3000/login', { method: 'POST', form: { a: 'b' } });
    assert.equal(at.url, 'http://localhost:3080/');
    assert.equal(at.answer.text, 'hello');
    assert.deepEqual(lines(seen), ['POST localhost:3000/login', 'GET localhost:3000/home?x=1', 'GET localhost:3080/']);
    assert.equal(seen[0]?.headers['cookie'], undefined);
    assert.equal(seen[2]?.headers['cookie'], 'session=abc');
    assert.equal(session.cookie('http://localhost/', 'session'), 'abc');
    assert.equal(session.cookieHeader('http://elsewhere/'), '');
  });

  it('forgets a cookie that a server takes back', async () => {
    fakeServers({
      'GET a/in': { headers: [['set-cookie', 's=1']] },
      'GET a/out': { headers: [['set-cookie', 's=deleted; Path=/; Max-Age=0']] },
    });
    const session = new BrowserSession();
    await session.visit('http://a/in');
    assert.equal(session.cookie('http://a', 's'), '1');
    await session.visit('http://a/out');
    assert.equal(session.cookie('http://a', 's'), undefined);
  });

  it('calls a loop a loop', async () => {
    fakeServers({ 'GET a/': { status: 302, headers: [['location', '/']] } });
    await assert.rejects(new BrowserSession().visit('http://a/'), {
      message: 'http://a/ redirects more than 10 times',
    });
  });
});

describe('form fields', () => {
  const html = `<form action="/search"><input name=q></form>
    <form class='x' method="post" action="/login/oauth/grant?a&amp;b"><input type="hidden" name="state" value="a&#43;b&#34;">
    <input type='hidden' name='client_id' value='7'><input type="submit"></form>`;

  it('are those of the form that posts there, with entities decoded', () => {
    assert.deepEqual(formFields(html, '/login/oauth/grant'), { state: 'a+b"', client_id: '7' });
    assert.deepEqual(formFields(html, '/search'), { q: '' });
  });

  it('are undefined when there is no such form', () => {
    assert.equal(formFields(html, '/user/login'), undefined);
  });
});
