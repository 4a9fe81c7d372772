import type { Table } from '../serving/table';
import type { Plain, PlainProperties } from '../serving/values';

/** A label as the SDK writes it: an object of a list. */
export const labels: Table = {
  label: { type: 'string', onChange: 'replace', required: true },
  value: { type: 'string', onChange: 'replace', required: true },
};

/** Labels as the engine wants them. */
export function toLabels(list: Plain | undefined): Record<string, string> {
  const entries = ((list ?? []) as PlainProperties[]).map(({ label, value }) => [label as string, value as string]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Labels as the SDK writes them, by name. */
export function fromLabels(map: Record<string, string> | null | undefined): PlainProperties[] {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}
