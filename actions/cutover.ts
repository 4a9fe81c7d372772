import type { CutoverOutput } from '../components/cutover';
import { switchEdge, type Route } from '../engine/edge';
import { appendRecord, readLedger } from '../engine/ledger';
import { inspectContainer } from '../engine/docker';
import { lastCutover } from '../releases/ledger';
import { candidateKey } from '../releases/names';
import type { Candidate } from '../releases/types';
import { ActionFailed } from './runner';

interface Input {
  environment: string;
  network: string;
  edge: string;
  ledger: string;
  candidate: Candidate;
  routes: Route[];
}

/** Switches the environment's edge to healthy containers and records it when the candidate is a new one. */
export default async function cutover(raw: unknown): Promise<CutoverOutput> {
  const input = raw as Input;
  for (const { service, container } of input.routes) {
    const state = (await inspectContainer(container))?.State;
    if (state?.Health?.Status !== 'healthy') {
      throw new ActionFailed(
        `${service}: ${container} is ${state?.Health?.Status ?? state?.Status ?? 'gone'}, the edge stays where it is`,
      );
    }
  }
  await switchEdge(input.edge, input.network, input.routes);
  const last = lastCutover(await readLedger(input.ledger), input.environment);
  if (last === undefined || candidateKey(last.candidate) !== candidateKey(input.candidate)) {
    await appendRecord(input.ledger, {
      kind: 'cutover',
      at: new Date().toISOString(),
      environment: input.environment,
      candidate: input.candidate,
    });
  }
  process.stderr.write(`${input.environment} serves ${input.routes.map((route) => route.container).join(', ')}\n`);
  return {
    candidate: input.candidate,
    containers: Object.fromEntries(input.routes.map(({ service, container }) => [service, container])),
  };
}
