import { html, type Html } from '../../base/html';
import { shortDigest } from '../../releases/names';
import type { Candidate } from '../../releases/types';

/** One fact of the page's head. */
export function fact([name, value]: readonly [name: string, value: string]): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** The images that the page is about, and what they were built from. */
export function candidateTable(candidate: Candidate): Html {
  return html`<section>
    <h2>Candidate</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">Commit</th>
          <th scope="col">Digest</th>
        </tr>
      </thead>
      <tbody>
        ${Object.values(candidate).map(
          ({ service, digest, revision, message }) =>
            html`<tr>
              <th scope="row">${service}</th>
              <td>${commitOf(revision, message)}</td>
              <td><code title="${digest}">${shortDigest(digest)}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section> `;
}

function commitOf(revision: string, message: string | undefined): Html | string {
  if (revision === '' && message === undefined) return 'its image says none';
  const subject = message === undefined ? undefined : html` <bdi>${message}</bdi>`;
  return html`<code title="${revision}">${revision.slice(0, 8)}</code>${subject}`;
}
