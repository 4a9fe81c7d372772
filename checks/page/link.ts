import { html, type Html, type Part } from '../../base/html';

/** What a browser would run, or could be made to. */
const RUNS = /\.([a-z]*html?|svgz?|x[ms]l|xslt|mht(ml)?|m?js|pdf)$/i;

/** Something that leads to a file beside the page. What would run in the browser is only named: it is the app's, and not looked into. */
export function linked(name: string, content: Part = name): Html {
  return RUNS.test(name) ? html`${content}` : html`<a href="${addressOf(name)}">${content}</a>`;
}

/** An address below the page's folder, whatever the file's name is. */
function addressOf(name: string): string {
  return `./${name.split('/').map(encodeURIComponent).join('/')}`;
}
