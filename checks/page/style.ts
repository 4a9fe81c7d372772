import { createHash } from 'node:crypto';

/** The page's whole style sheet: light and dark, narrow and on paper. Colours have a contrast of 4.5 and more on what they stand on. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #ffffff; --text: #1b1f24; --soft: #57606a; --line: #d5dae0; --link: #0a58b8; --code: #eef0f3;
  --good: #116329; --good-ground: #dcf5e3; --bad: #a40e26; --bad-ground: #fde4e4; --unclear: #7a4a00; --unclear-ground: #fdeecb;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1318; --card: #171c23; --text: #e6eaef; --soft: #a3adb9; --line: #323a45; --link: #7db7ff; --code: #222932;
    --good: #7ee2a0; --good-ground: #12311f; --bad: #ff9ca4; --bad-ground: #421a20; --unclear: #f3c26b; --unclear-ground: #3a2b0e;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
section, header, footer { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem 1.5rem; overflow-wrap: anywhere; }
header { border-top: .4rem solid var(--tone); }
footer { color: var(--soft); font-size: .875rem; }
footer p { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .6rem 0 .25rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
p { margin: .5rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
code { background: var(--code); border-radius: .3rem; padding: .1em .35em; unicode-bidi: isolate; }
pre { background: var(--code); border-radius: .5rem; margin: .5rem 0 0; padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.passed { --tone: var(--good); --tone-ground: var(--good-ground); }
.refused { --tone: var(--bad); --tone-ground: var(--bad-ground); }
.unknown { --tone: var(--unclear); --tone-ground: var(--unclear-ground); }
.badge { display: inline-block; background: var(--tone-ground); color: var(--tone); border-radius: 2rem; padding: .1rem .75rem; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.why { font-size: 1.1rem; margin: 0 0 1rem; }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; margin: 1rem 0 0; }
dt { color: var(--soft); font-size: .8125rem; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin-top: .75rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; font-weight: 400; }
td, th { overflow-wrap: anywhere; }
.title { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; }
.type { color: var(--soft); font-weight: 400; }
ol { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
li.step { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem .9rem; min-width: 0; }
li.step.refused, li.step.unknown { grid-column: 1 / -1; border: 2px solid var(--tone); }
.step p { margin: 0; }
.note { color: var(--soft); font-size: .8125rem; }
.step .problem { margin: .5rem 0 0; color: var(--tone); font-weight: 600; }
.step .mark { color: var(--tone); font-weight: 700; }
img { display: block; max-width: 100%; height: auto; margin-top: .75rem; border: 1px solid var(--line); border-radius: .4rem; background: #ffffff; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--link); }
ul { margin: .5rem 0 0; padding-left: 1.25rem; }
.size { color: var(--soft); }
@media (max-width: 40rem) {
  main { padding: .75rem .5rem 2rem; gap: .75rem; }
  section, header, footer { padding: 1rem; }
  h1 { font-size: 1.4rem; }
  thead { display: none; }
  tr { display: block; border-top: 1px solid var(--line); padding: .5rem 0; }
  th, td { display: block; border: 0; padding: .1rem 0; }
}
@media print {
  :root { color-scheme: light; }
  body { background: #ffffff; }
  main { max-width: none; padding: 0; }
  section, header, footer { border-radius: 0; }
  .step, img { break-inside: avoid; }
  details::details-content { content-visibility: visible; display: block; }
}
`;

/**
 * What the page may do: show itself and the pictures within it. It runs nothing, asks nobody for anything, sends nothing and knows this
 * style sheet only.
 */
export const policy = [
  "default-src 'none'",
  'img-src data:',
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
