import { readAbout } from '../targets/ledger';
import { checkHandedDown } from '../targets/lease';
import { ledgerOf } from '../targets/place';
import { digestsOf } from '../releases/names';
import type { Candidate } from '../releases/types';
import type { ActionInput, ActionOutput } from './contract';
import { refuseUnpassed } from './lib/refuse-unpassed';

/**
 * Asks the ledger of a compose project behind a gate whether what is to be deployed may serve there. It comes before the machine is told
 * anything: that one deploys what it is told, and has no key to read a ledger with. The ledger stays as it is.
 * @throws ActionFailed when no signed record lets exactly these images in; LeaseLost when the run that deploys has the environment no longer
 */
export default async function requirePass(input: ActionInput<'require-pass'>): Promise<ActionOutput<'require-pass'>> {
  const { environment, images, ledger, machine } = input;
  const candidate = withImages(input.candidate, images);
  const place = ledgerOf(ledger, environment, machine);
  const records = await readAbout(place, { candidates: [candidate] });
  refuseUnpassed(records, environment, candidate);
  // Last, since the machine is told next.
  await checkHandedDown(place);
  return { letIn: digestsOf(candidate) };
}

/** A candidate as it is to be deployed; what the environment has no longer stays as it was. */
function withImages(candidate: Candidate, images: Readonly<Record<string, string>>): Candidate {
  return Object.fromEntries(
    Object.entries(candidate).map(([service, release]) => {
      const [, digest = ''] = images[service]?.split('@') ?? [undefined, release.digest];
      return [service, { ...release, digest }];
    }),
  );
}
