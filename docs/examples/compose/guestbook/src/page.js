const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * The page with all entries.
 * @param {{ title: string, greeting: string, entries: string[] }} book
 */
export function page({ title, greeting, entries }) {
  const text = (raw) => raw.replace(/[&<>"]/g, (character) => escapes[character]);
  const items = entries.map((entry) => `<li>${text(entry)}</li>`).join('');
  return `<!doctype html><title>${text(title)}</title><h1>${text(title)}</h1><p>${text(greeting)}</p><ul>${items}</ul>`;
}
