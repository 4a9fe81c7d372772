import { z } from 'zod';
import type { DroneRepositorySettings, DroneSecret } from '../../clients/drone/drone-admin';
import type { OAuthApplication } from '../../clients/git-host';
import { ledgerAccess } from './places';
import { action, type FieldsOf } from './action';
import { account, gitHost, login, wantedRepository } from './values';

/** What sets up git host, CI server and registry. Logins are within their inputs, which are secret as a whole: each resource has triggers of its own. */
export const platformActions = {
  'import-ledger': action({
    input: {
      /** What a version before this one has kept the ledger in. */
      container: z.string(),
    },
    secret: { ledger: ledgerAccess },
    output: z.object({
      /** Those whose ledger was taken over. */
      environments: z.array(z.string()),
    }),
  }),
  'install-git-host': action({
    input: {
      git: gitHost,
      /** The first is the administrator. */
      accounts: z.array(account),
    },
    secret: {},
    output: z.object({
      /** Another value means another, empty database: what was set up in it has to be set up again. */
      database: z.string(),
    }),
  }),
  'register-application': action({
    input: {
      git: gitHost,
      /** Account that the application belongs to. */
      login,
      /** As people read it when they are asked for their consent. */
      name: z.string(),
      redirectUris: z.array(z.string()),
    },
    secret: {},
    output: z.object({ clientId: z.string(), clientSecret: z.string() } satisfies FieldsOf<OAuthApplication>),
  }),
  'connect-drone': action({
    input: {
      git: gitHost,
      /** Drone's address as people open it, without a slash at the end. */
      url: z.string(),
      /** Name of Drone's container. */
      container: z.string(),
      /** The account that Drone works with; an administrator of Drone by its configuration. */
      machine: login,
      /** Accounts of people who administer Drone. */
      administrators: z.array(z.string()),
    },
    secret: {},
    output: z.object({
      /** The machine account's token for Drone's API. It outlasts restarts and new containers on the same volume. */
      token: z.string(),
    }),
  }),
  'create-repository': action({
    input: {
      git: gitHost,
      /** Accounts that own the repository's organization, an administrator first. */
      owners: z.array(account),
      repository: wantedRepository,
    },
    secret: {},
    output: z.object({ cloneUrl: z.string(), webUrl: z.string() }),
  }),
  'activate-repository': action({
    input: {
      git: gitHost,
      drone: z.object({
        /** As people open it. */
        url: z.string(),
        /** Where the git host sends its hooks, `http://sluice-drone-front:8088`. */
        hookUrl: z.string(),
        /** The machine account's. */
        token: z.string(),
      }),
      /** The account that Drone works with. */
      machine: login,
      /** People whose list of repositories in Drone is brought up to date as well. */
      people: z.array(login),
      repository: z.object({ owner: z.string(), name: z.string() }),
      settings: z.object({
        trusted: z.boolean(),
        timeout: z.number(),
        ignore_forks: z.boolean(),
        ignore_pull_requests: z.boolean(),
      } satisfies FieldsOf<DroneRepositorySettings>),
      /** Pushes see them, pull requests do not. */
      secrets: z.array(z.object({ name: z.string(), data: z.string() } satisfies FieldsOf<DroneSecret>)),
    },
    secret: {},
    output: z.object({
      /** What Drone calls the repository. */
      slug: z.string(),
    }),
  }),
  'seed-repository': action({
    input: {
      git: gitHost,
      /** Account that pushes. */
      login,
      repository: wantedRepository,
      /** Folder relative to the project's root whose files become the first commit. */
      folder: z.string(),
      /** Further files by path; they win over the folder's. */
      files: z.record(z.string(), z.string()),
      /** First line of the commit. */
      message: z.string(),
    },
    secret: {},
    output: z.object({
      /** The commit that was pushed; null when there were commits already, which are left alone. */
      commit: z.string().nullable(),
    }),
  }),
  'check-registry': action({
    input: {
      /** What image names begin with. */
      host: z.string(),
      /** Where its API is. */
      url: z.string(),
      /** PEM of a private authority that its certificate is signed by; absent: none. */
      ca: z.string().optional(),
      login,
      /** A repository that is going to be pushed to, as the registry names it; absent: there is none. */
      repository: z.string().optional(),
    },
    secret: {},
    output: z.object({ host: z.string() }),
  }),
};
