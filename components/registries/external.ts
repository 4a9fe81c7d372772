import { createHmac } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { apiUrl, registryAddress, repositoryAt } from '../../clients/registry/address';
import { Action } from '../action';
import { password } from '../password';
import type { Registry, RegistryArgs, RegistryLogins } from './registry';

/**
 * A registry that is there already: host, username and password are given. One account does everything; whether it may is
 * that registry's business. Its login, and whether it may push, is tried whenever it changes, so that a wrong one is told at once.
 */
export class ExternalRegistry extends pulumi.ComponentResource implements Registry {
  readonly address: string;
  readonly url: string;
  readonly stepsUrl: string;
  readonly ca?: string;
  readonly containerIds: pulumi.Output<string>[] = [];
  readonly logins: pulumi.Output<RegistryLogins>;
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:ExternalRegistry', name, {}, opts);
    const host = args.host ?? 'localhost';
    const url = apiUrl(host);
    const address = registryAddress(host, args.namespace ?? '');
    const repository = args.repository === undefined ? undefined : repositoryAt(address, args.repository);
    const login = pulumi.secret(pulumi.output(args.login ?? { username: '', password: '' }));
    const check = new Action(
      'check-registry',
      {
        action: 'check-registry',
        input: pulumi.secret(pulumi.output({ host, url, ca: args.ca, login, repository })),
        secret: {},
        // Triggers are plain text. The key keeps anybody from trying passwords against them.
        triggers: [
          host,
          ...(repository === undefined ? [] : [repository]),
          ...(args.ca === undefined ? [] : [args.ca]),
          pulumi.unsecret(
            pulumi
              .all([login, password('registry-check-key', this, 32).result])
              .apply(([account, key]) => createHmac('sha256', key).update(JSON.stringify(account)).digest('hex')),
          ),
        ],
      },
      { parent: this },
    );

    this.address = address;
    this.url = url;
    if (args.ca !== undefined) this.ca = args.ca;
    this.stepsUrl = args.stepsUrl ?? url;
    this.logins = pulumi.secret(login.apply((account) => ({ pull: account, push: account, delete: account })));
    this.ready = pulumi.unsecret(check.output.apply((checked) => checked.host));
    this.registerOutputs({ address: this.address, url: this.url, logins: this.logins });
  }
}
