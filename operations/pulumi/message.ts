import type { Lock } from '../locks/lock';

// What Pulumi says in words only: its command line ends with the same code whatever it was. Seen with Pulumi 3.259.0.

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

/** The locks that a refusal names, for a state where nobody else can look for them. */
export function parseLockMessage(text: string): Lock[] {
  const pattern = /([^\s/]*)\.json: created by (\S*)@(\S+) \(pid (\d+)\) at (\S+)/g;
  return [...text.matchAll(pattern)].map(([, id, user, host, pid, since]) => ({
    id: id ?? '',
    isHere: false,
    user: user ?? '',
    host: host ?? '',
    pid: Number(pid),
    since: new Date(since ?? 0),
  }));
}

/** The name of what Pulumi refuses to delete or to replace because it is protected; undefined when an error tells of something else. */
export function protectedIn(error: string): string | undefined {
  const [, urn] = /resource "([^"]+)" cannot be \w+\s+because it is protected/.exec(error) ?? [];
  return urn?.split('::').pop();
}

/** Whether a state was encrypted with another passphrase than the one that is here, or there is none here. */
export function isWrongPassphrase(text: string): boolean {
  return /incorrect passphrase|unable to read PULUMI_CONFIG_PASSPHRASE_FILE/i.test(text);
}
