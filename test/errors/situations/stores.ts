import { left, type Situation } from './situation';

const config = { exit: 2, left: left.everything, test: 'config/store.test.ts' } as const;

/** Of the store that has ledgers and evidence: where it is, and how it is entered. */
export const stores = {
  storeNotNamed: {
    ...config,
    situation: '`sluice:store` names no store',
    message: 'Pulumi.….yaml: sluice:store…',
    next: 'in Pulumi.….yaml, …',
  },
  storeNotInVariable: {
    ...config,
    situation: '`sluice:store` is a variable whose value names no store',
    message: 'Pulumi.….yaml: sluice:store is $…, and the value of that variable names no store',
    next: 'set … to s3://BUCKET/FOLDER or ssh://USER@HOST/FOLDER',
  },
  storeNotBeside: {
    ...config,
    situation: 'a state where no store can be beside it, and no `sluice:store`',
    message: 'PULUMI_BACKEND_URL …',
    next: 'set sluice:store in Pulumi.….yaml to s3://BUCKET/FOLDER or ssh://USER@HOST/FOLDER…',
  },
  storeGoesWithJob: {
    ...config,
    situation: 'a job of GitLab or GitHub whose store would be a folder of its machine',
    message:
      'Pulumi.….yaml: sluice:store is not set and PULUMI_BACKEND_URL is a folder, but jobs of … pass between machines: what a job writes there would be gone with it',
    next: 'set sluice:store to s3://BUCKET/FOLDER or ssh://USER@HOST/FOLDER in Pulumi.….yaml, or PULUMI_BACKEND_URL to a bucket in … (docs/….md)',
  },
  storeLoginAlone: {
    ...config,
    situation: 'a login for SSH of a platform whose store is not reached by it',
    message: 'Pulumi.….yaml: sluice:… belongs to a store that is reached by SSH, but sluice:store is none',
    next: 'write "sluice:store: ssh://USER@HOST/FOLDER", or remove sluice:…, in Pulumi.….yaml',
  },
  storeWithoutHostKey: {
    ...config,
    situation: 'a store that is reached by SSH, on a machine that nobody could tell from another',
    message:
      'Pulumi.….yaml: sluice:store is reached by SSH and needs sluice:storeHostKey, by which the machine is known',
    next: 'write into Pulumi.….yaml what the machine has in /etc/ssh/ssh_host_ed25519_key.pub: "sluice:storeHostKey: ssh-ed25519 AAAA…"',
  },
  storeWithoutLogin: {
    ...config,
    situation: 'a store that is reached by SSH, without a login',
    message: 'Pulumi.….yaml: sluice:store is reached by SSH and needs sluice:sshPassword or sluice:sshPrivateKey',
    next: './sluice pulumi config set --secret sluice:sshPrivateKey -s …; or "sluice:sshPrivateKey: $SSH_PRIVATE_KEY" in Pulumi.….yaml',
  },
  stepsAtOtherState: {
    ...config,
    situation: 'a platform with Drone whose state is where its steps can not log in',
    message: "PULUMI_BACKEND_URL is …, where steps of Drone can't log in",
    next: 'set PULUMI_BACKEND_URL to s3://BUCKET/FOLDER or file:///FOLDER, or take it out',
    test: 'stacks/state-access.test.ts',
  },
  stepsWithoutLogin: {
    ...config,
    situation:
      'a platform with Drone whose state or store is entered with a login that stands in files of this machine, or comes from a service of it',
    message: "… is entered with …, which steps of Drone don't have",
    next: '…set …, then npm run up',
    test: 'stacks/state-access.test.ts',
  },
  stepsWithoutPassphrase: {
    ...config,
    situation: 'a platform with Drone whose state is elsewhere, with an empty passphrase',
    message: '… gives an empty passphrase, which no secret of Drone can be',
    next: 'set … to a passphrase, or take it out, then npm run up',
    test: 'stacks/state-access.test.ts',
  },
  stepsShowLogin: {
    ...config,
    situation: 'a platform with Drone that reaches its state or store by an address with a login in it',
    message: '… has a login in its address, which pipelines of Drone would show',
    next: 'set … to an address without a login, then npm run up',
    test: 'stacks/state-access.test.ts',
  },
  stepsReadVariable: {
    ...config,
    situation: 'a platform with Drone whose state has "$" in its address',
    message: '… holds "$", which Drone takes for a variable',
    next: 'set … to an address without "$"',
    test: 'stacks/state-access.test.ts',
  },
  storeOfAnother: {
    ...config,
    situation: '`sluice:store` names the store of another platform',
    message: 'the store … has what belongs to … of another platform (…)',
    next: 'set sluice:store in Pulumi.….yaml to another folder; if … moved here from it, or that platform is gone for good, remove owners/… in the store',
    test: 'operations/own-store.test.ts',
  },
  storeOverwrites: {
    ...config,
    situation: 'a bucket whose server lets one record take the place of another',
    message:
      'the store in … lets a second object take the place of the first: its server ignores "If-None-Match: *", and records would be lost without a word',
    next: 'use a server with conditional writes (AWS has them), or set sluice:store to another store',
    test: 'operations/ready-stores.test.ts',
  },
} as const satisfies Record<string, Situation>;
