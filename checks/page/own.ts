import { escaped } from '../../base/html';

/** How a page begins, in whatever version: nothing comes before its policy, which lets nothing run and nothing be asked for. */
const START =
  /^<!doctype html>\s*<html lang="en">\s*<head>\s*<meta charset="utf-8" \/>\s*<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'" \/>/;

/** What may follow of its kind. A policy does not keep a page from leading somewhere else by itself, which takes another one. */
const OTHER_META = /<meta(?! name="[a-z-]+" content="[^"<>]*" \/>)/i;

/**
 * Whether a file is a page as Sluice makes them, as far as a browser is concerned: it runs nothing, asks nobody for anything and leads nowhere
 * by itself. Who can write to where evidence lies could have put another one there.
 */
export function isOwnPage(content: Buffer): boolean {
  const text = content.toString('utf8');
  const [start] = START.exec(text) ?? [];
  return start !== undefined && !OTHER_META.test(text.slice(start.length));
}

/** Whether a page shows all that lies beside it: a check that was not waited for may have left something after it was made. */
export function showsAll(content: Buffer, names: readonly string[]): boolean {
  const text = content.toString('utf8');
  return names.every((name) => text.includes(escaped(name)));
}
