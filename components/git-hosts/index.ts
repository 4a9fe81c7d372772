import type * as pulumi from '@pulumi/pulumi';
import type { GitHost, GitHostArgs } from './git-host';
import { Gitea } from './gitea';
import { Gogs } from './gogs';

/** The kinds of git hosts, by the word that configuration has for them. */
export const gitHosts = { gogs: Gogs, gitea: Gitea } as const satisfies Record<
  string,
  new (name: string, args: GitHostArgs, opts?: pulumi.ComponentResourceOptions) => GitHost & pulumi.Resource
>;

/** A word that configuration has for a git host. */
export type GitHostKind = keyof typeof gitHosts;

export type { GitHost, GitHostArgs };
