/** Datadog's execution rule of a test, by its word. */
export function hasRule({ executionRule }: { executionRule: string }, word: 'skipped' | 'non_blocking'): boolean {
  return executionRule === word;
}
