import { remedies } from '../../../clients/registry/trouble';
import { left, type Situation } from './situation';

const test = 'clients/registry/published-answers.test.ts';
const shared = { exit: 1, left: left.running, test } as const;
const tls = { ...shared, test: 'clients/registry/http.test.ts' } as const;

/** Of a registry that was there already. At a deployment; at a push the words are the same and the exit code is 2. */
export const registries = {
  registryLogin: {
    ...shared,
    situation: 'a registry with tokens refuses the login',
    message: '…the registry … refuses the login "…" (…)…',
    next: `${remedies.login}; then …`,
  },
  registryExpired: {
    ...shared,
    situation: 'the login has expired, and the registry says so',
    message: '…the login "…" at the registry … has expired (…)…',
    next: `${remedies.expired}; then …`,
  },
  registryProject: {
    ...shared,
    situation: "the registry has no such project, or nothing may be made in the owner's name",
    message: '…the registry … has no such project, or … may make nothing in it (…)…',
    next: `${remedies.project}; then …`,
  },
  registryRights: {
    ...shared,
    situation: 'the account may not push, pull or delete there',
    message: '…the registry … knows …, but it may not … there (…)…',
    next: `${remedies.rights}; then …`,
  },
  registryQuota: {
    ...shared,
    situation: "the registry's quota is used up",
    message: '…the registry … has no room left for this (…)…',
    next: `${remedies.quota}; then …`,
  },
  registryRate: {
    ...shared,
    situation: 'the registry takes no more requests for now',
    message: '…the registry … takes no more requests for now (…)…',
    next: `${remedies.rate}; then …`,
  },
  noRegistry: {
    ...shared,
    situation: 'what registryHost names is no registry',
    message: '… is no registry (…)…',
    next: `${remedies.noRegistry}; then …`,
  },
  registryAuthority: {
    ...tls,
    situation: "the registry's certificate is signed by a private authority",
    message: '…the certificate of the registry … is signed by an authority that is not known here (…)…',
    next: `${remedies.authority}; then …`,
  },
  registryHostName: {
    ...tls,
    situation: "the registry's certificate is for another name",
    message: '…the certificate of the registry … is for another name (…)…',
    next: `${remedies.hostName}; then …`,
  },
  registryCertificateTime: {
    ...tls,
    situation: "the registry's certificate has expired",
    message: '…the certificate of the registry … has expired, or is not valid yet (…)…',
    next: `${remedies.certificateTime}; then …`,
  },
  registryPlainHttp: {
    ...tls,
    situation: 'the registry speaks no TLS',
    message: '…the registry … speaks no TLS…',
    next: `${remedies.plainHttp}; then …`,
  },
} as const satisfies Record<string, Situation>;
