import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Candidate } from '../../releases/types';
import { FileStore } from '../../store/kinds/file';
import { append } from '../../store/ledger/append';
import { readingOf } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { access } from '../targets/store-home';

/** A release whose message would move the cursor up, wipe the line and turn its end round. */
export const release = (letter: string, message: string): Candidate => ({
  discounts: {
    service: 'discounts',
    image: 'localhost:5500/discounts',
    digest: `sha256:${letter.repeat(64)}`,
    revision: letter.repeat(40),
    message,
  },
});

export const twoReleases = {
  older: release('a', 'A discount for spring'),
  newer: release('b', 'harmless\u001b[2K\r\u202egnp.exe'),
};

/**
 * Staging has run one release and runs another; production runs the older one and is offered the newer one.
 * @param folder the one of the stand-ins, whose home is made anew
 */
export async function twoEnvironments(folder: string): Promise<void> {
  const { older, newer } = twoReleases;
  const file = (...names: string[]): string => path.join(folder, ...names);
  fs.rmSync(file('home'), { recursive: true, force: true });
  const states = file('home', 'pulumi', '.pulumi', 'stacks', 'sluice');
  fs.mkdirSync(states, { recursive: true });
  for (const stack of ['platform', 'staging', 'production']) fs.writeFileSync(path.join(states, `${stack}.json`), '{}');
  const store = new FileStore(file('home', 'store'));
  for (const [environment, candidate, minute] of [
    ['staging', older, 0],
    ['production', older, 1],
    ['staging', newer, 2],
  ] as const) {
    const record = { kind: 'cutover', at: `2026-03-01T12:0${minute}:00.000Z`, environment, candidate } as const;
    await append(store, environment, [record], readingOf(ledgerOf(access, 'staging', undefined)));
  }
  fs.writeFileSync(file('outputs-staging'), JSON.stringify({ services: { ...newer }, deployed: { candidate: newer } }));
}
