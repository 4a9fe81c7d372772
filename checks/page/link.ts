import { html, type Html, type Part } from '../../base/html';

/** What browsers show as text or picture, or only save. Their list of what they run is longer than anybody's: `.xht`, `.rdf`, `.atom`. */
const HARMLESS = /\.(txt|log|json|jsonl|ndjson|har|csv|md|ya?ml|png|jpe?g|gif|webp|avif|mp4|webm|zip|gz|tgz|tar)$/i;

/** Something that leads to a file beside the page. What could run in the browser is only named: it is the app's, and not looked into. */
export function linked(name: string, content: Part = name): Html {
  return HARMLESS.test(name) ? html`<a href="${addressOf(name)}">${content}</a>` : html`${content}`;
}

/** An address below the page's folder, whatever the file's name is. */
function addressOf(name: string): string {
  return `./${name.split('/').map(encodeURIComponent).join('/')}`;
}
