import { left, type Situation } from './situation';

const config = { exit: 2, left: left.everything, test: 'config/target.test.ts' } as const;
const reached = { exit: 1, left: left.running, test: 'clients/ssh/ssh.test.ts' } as const;
const file = { exit: 1, left: left.running, test: 'targets/compose-image.test.ts' } as const;
const deployed = {
  exit: 1,
  left: 'the file on the machine, and what runs there',
  test: 'targets/compose-deploy.engine.test.ts',
} as const;

/**
 * Of environments that are compose projects on other machines. Exit codes are those of an update; a verb that only looks (status, history)
 * ends with 2 when it can't.
 */
export const machines = {
  targetWithoutLogin: {
    ...config,
    situation: 'a target that is reached by SSH, without a login',
    message: 'Pulumi.….yaml: sluice:target is reached by SSH and needs sluice:sshPassword or sluice:sshPrivateKey',
    next: './sluice pulumi config set --secret sluice:sshPrivateKey -s …; or "sluice:sshPrivateKey: $SSH_PRIVATE_KEY" in Pulumi.….yaml',
  },
  loginWithoutTarget: {
    ...config,
    situation: 'a login for SSH, and no target that is reached by it',
    message: 'Pulumi.….yaml: sluice:… belongs to a target that is reached by SSH, but sluice:target is none',
    next: 'write sluice:target with "kind: …", or remove sluice:…, in Pulumi.….yaml',
  },
  passwordForDocker: {
    ...config,
    situation: "a password for SSH, for another machine's engine",
    message:
      'Pulumi.….yaml: sluice:sshPassword is no login for a target of kind "ssh-docker": Docker\'s clients log in with a key',
    next: './sluice pulumi config set --secret sluice:sshPrivateKey -s …, and remove sluice:sshPassword from Pulumi.….yaml',
  },
  plainSshLogin: {
    ...config,
    situation: 'a password or private key for SSH in plain text',
    message: 'Pulumi.….yaml: sluice:ssh… is in plain text',
    next: './sluice pulumi config set --secret sluice:ssh… -s …',
    test: 'errors/config-elsewhere.test.ts',
  },
  registryOutOfReach: {
    ...config,
    situation: "an environment on another machine, and images in the platform's own registry",
    message:
      "Pulumi.….yaml: sluice:target is another machine, which can't pull from the registry of …: that one answers on its own machine alone",
    next: 'write "sluice:registry: external" and sluice:registryHost in Pulumi.….yaml (docs/registries.md)',
    test: 'errors/config-elsewhere.test.ts',
  },
  noHostKey: {
    ...config,
    situation: 'a host key that is none',
    message:
      'Pulumi.….yaml: sluice:target.hostKey must be the machine\'s public key as its /etc/ssh/ssh_host_ed25519_key.pub has it, "ssh-ed25519 AAAA…"…',
    next: 'correct it in Pulumi.….yaml; Pulumi.yaml and the README describe the keys',
  },
  notOnThisTarget: {
    ...config,
    situation: 'a compose file or a watch, for a compose project on another machine',
    message:
      'Pulumi.….yaml: sluice:… belongs to an environment that Sluice declares, but sluice:target is "compose-ssh"',
    next: "remove sluice:… from Pulumi.….yaml; how services run is said in the machine's own docker-compose.yml",
  },
  nothingToDeploy: {
    ...config,
    situation: 'a compose project on another machine, of whose services none comes from a repository',
    message:
      'Pulumi.….yaml: sluice:services names no service with a repository, so that nothing would ever be deployed',
    next: 'add one like "api: { repository: api }" to sluice:services in Pulumi.….yaml',
  },
  sshAway: {
    ...reached,
    situation: 'the machine does not answer by SSH',
    message: "… can't be reached by SSH: …",
    next: 'is the machine up, and is sluice:target right? try "ssh -p … …@…"',
  },
  sshOtherKey: {
    ...reached,
    situation: 'the machine shows another host key than the one in sluice:target',
    message: '… shows …, but its host key should be …: it is another machine, or its key was changed',
    next: 'compare with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the machine itself, then correct sluice:target.hostKey',
  },
  sshRefused: {
    ...reached,
    situation: 'the machine does not take the SSH login',
    message: '… does not let … in with this …',
    next: 'try "ssh -p … …@…", then correct sluice:target.user, sluice:sshPassword or sluice:sshPrivateKey',
  },
  sshKeyUnusable: {
    ...reached,
    situation: 'the private key can not be used: it has a passphrase, or is cut off',
    message: "the private key for …@… can't be used: …",
    next: 'sluice:sshPrivateKey is the whole text of a key without passphrase, from -----BEGIN to END-----; at GitLab it is a variable of the type "Variable", not "File"',
  },
  sshHostKeyUnreadable: {
    ...reached,
    situation: 'a host key that looks like one and is none',
    message: 'the host key "…" is no public key',
    next: 'copy the first two words of /etc/ssh/ssh_host_ed25519_key.pub of the machine into sluice:target.hostKey',
  },
  noComposeFile: {
    ...reached,
    situation: 'no docker-compose.yml in the folder on the machine, or not for this account',
    message: '… has no …/docker-compose.yml that … may read: …',
    next: 'write it there, once, with each service and an image; or correct sluice:target.folder',
    test: 'targets/compose-look.test.ts',
  },
  noComposeService: {
    ...file,
    situation: 'the docker-compose.yml there lacks a service of the environment',
    message: 'docker-compose.yml…, line …: it has no service "…"…',
    next: 'add it there, or correct sluice:services; the file has …',
  },
  noImageLine: {
    ...file,
    situation:
      'the image of a service is no plain text of its own: a variable, an anchor, an alias, a merge, `extends`, several lines',
    message: 'docker-compose.yml…, line …: …',
    next: 'give … an image of its own, like "image: registry.example.com/…:1.0"',
  },
  sharedImage: {
    ...file,
    situation: 'another service takes over the settings of one, its image with them',
    message: 'docker-compose.yml…, line …: the settings of … are taken over here (*…), its image with them',
    next: 'give what stands here an image of its own',
  },
  noComposeYaml: {
    ...file,
    situation: 'the docker-compose.yml there is no YAML',
    message: 'docker-compose.yml…, line …: …',
    next: 'correct it, as YAML',
  },
  composeNotUtf8: {
    ...file,
    situation: 'a byte in the docker-compose.yml there is no UTF-8',
    message: 'docker-compose.yml…, line …: it holds a byte that is no UTF-8',
    next: 'save that file as UTF-8',
    test: 'stacks/on-compose.test.ts',
  },
  composeUnreadable: {
    ...deployed,
    situation: "the machine's compose can't read the file",
    message: "…can't read docker-compose.yml; nothing was changed…",
    next: 'correct the file so that "docker-compose config" (or "docker compose config") there takes it, then npm run up',
  },
  composeBusy: {
    ...deployed,
    situation: 'somebody else deploys there, for longer than ten minutes',
    message: '…is being worked in by …: run again when that has ended…',
    next: 'wait until that has ended, then npm run up; a process that died holds nothing',
  },
  composeChanged: {
    ...deployed,
    situation: 'the file was changed by hand while the update was under way',
    message: '…was changed after this update had looked at it: run the update again…',
    next: 'npm run up, which looks at it anew',
  },
  composeLogin: {
    ...deployed,
    situation: 'the registry refuses the login, on the machine',
    message: '…does not let … in: …',
    next: 'correct sluice:registryUsername and sluice:registryPassword, or the variables that they name (HARBOR_PASSWORD); then npm run up',
  },
  composeEngine: {
    ...deployed,
    situation: 'the account may not use the Docker engine there, or it does not run',
    message: "…can't use the Docker engine: …",
    next: 'start the engine there, or let the account use it (usermod -aG docker ACCOUNT); then npm run up',
  },
  farEngine: {
    ...config,
    situation: "the account may not use another machine's engine, or there is none",
    message: "… can't use the Docker engine of …: …",
    next: 'install Docker there, or let the account use it (usermod -aG docker ACCOUNT); then npm run up',
    test: 'operations/preflight/ports.test.ts',
  },
  machineLeft: {
    situation: 'an environment has moved to another machine, and its former one does not answer',
    message: '…no Docker engine answers at ssh:…',
    next: 'what … had at ssh:… could not be removed: start that machine, then ./sluice up …; if it is gone for good: ./sluice pulumi state delete urn:… --target-dependents --yes -s …',
    exit: 1,
    left: 'what the former machine has; the environment serves on the new one',
    test: 'other-engine/moves.ts',
  },
  composeFolder: {
    ...deployed,
    situation: 'the account may not write into the folder there',
    message: '…may not write into …',
    next: 'give the folder there to the account that deploys (chown), then npm run up',
  },
  composeOwner: {
    ...deployed,
    situation: 'the file belongs to somebody to whom the account can give no file',
    message:
      "…docker-compose.yml belongs to …, which … can't give a file to; docker-compose.yml and what runs are as before…",
    next: 'give the file there to the account that deploys (chown), then npm run up',
  },
  composeUnhealthy: {
    ...deployed,
    situation: 'the new release does not become healthy there, ends, or can not be started',
    message: '…; docker-compose.yml and what runs are as before…',
    next: 'push a change that becomes healthy; to try it once more as it is: ./sluice promote … --again',
  },
} as const satisfies Record<string, Situation>;
