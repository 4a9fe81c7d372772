import { limitsOf } from '../clients/git-host/abilities';
import { table } from './help';
import { elsewhereText, hasServers, platformOf } from '../operations/platform';
import { allOutputs } from '../operations/pulumi/outputs';
import { servicesOf } from './show-services';
import { sluice } from '../base/command';
import { isEnvironment, type StackFile } from '../config/stack';

const logins = `logins: ${sluice('status')} --show-secrets`;

/** Where people find everything that these stacks run. */
export async function showAddresses(stacks: readonly StackFile[]): Promise<string[]> {
  const rows: [string, string][] = [];
  const limits: string[] = [];
  const all = await allOutputs(stacks);
  for (const file of stacks) {
    const outputs = all.get(file.name);
    if (outputs === undefined) continue;
    if (isEnvironment(file)) {
      for (const [service, { url }] of Object.entries(servicesOf(outputs))) rows.push([`${file.name} ${service}`, url]);
      continue;
    }
    const platform = platformOf(outputs);
    if (platform === undefined) continue;
    if (!hasServers(platform)) {
      rows.push([`CI (${platform.ci ?? ''})`, elsewhereText], ['registry', platform.registry.url]);
      continue;
    }
    rows.push([`git host (${platform.gitHost.kind})`, platform.gitHost.url]);
    limits.push(...limitsOf(platform.gitHost.kind));
    rows.push(['CI (drone)', platform.drone.url], ['registry', platform.registry.url]);
    for (const [name, { cloneUrl }] of Object.entries(platform.repositories)) rows.push([`clone ${name}`, cloneUrl]);
  }
  if (rows.length === 0) return [];
  return [...table(rows, ''), ...(limits.length === 0 ? [] : ['', ...limits]), '', logins];
}
