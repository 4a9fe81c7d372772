import type { TargetKindName } from '../../targets/kinds';
import { inProject } from './in-project';
import { onMachineEngine, onPlatformEngine } from './on-engine';
import type { Way } from './way';

/** How environments are looked at and declared, by the kind of their target. */
export const ways: Readonly<Record<TargetKindName, Way>> = {
  engine: onPlatformEngine,
  'ssh-docker': onMachineEngine,
  'compose-ssh': inProject,
};
