/**
 * What matters of a failed Pulumi command: its `error:` lines. The Automation API's message is the whole output of the
 * command with its exit code; any other message stays as it is.
 */
export function pulumiMessage(message: string): string {
  if (!/^code: -?\d+\n stdout: /.test(message)) return message.trim();
  const lines = message
    .split('\n')
    .filter((line) => /^\s*error: /.test(line))
    .map((line) => line.trim().replace(/^error: /, ''));
  return lines.length > 0 ? [...new Set(lines)].join('\n') : message.trim();
}
