/**
 * The blog's page.
 * @param {{ title: string, text: string }[]} posts
 */
export function page(posts) {
  const articles = posts.map(({ title, text }) => `<article><h2>${safe(title)}</h2><p>${safe(text)}</p></article>`);
  return `<!doctype html><html lang="en"><title>Blog</title><h1>Blog</h1>${articles.join('')}</html>`;
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** @param {string} text */
function safe(text) {
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}
