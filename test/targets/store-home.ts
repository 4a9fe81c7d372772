import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { stateFile } from '../../operations/pulumi/environment';
import type { LedgerRecord } from '../../releases/ledger';
import { FileStore } from '../../store/kinds/file';
import { ChainReading } from '../../store/ledger/chain';
import { keyOf } from '../../store/ledger/keys';
import { appendRecords, readingOf, readLedger } from '../../targets/ledger';
import { ledgerOf, type LedgerAccess, type LedgerPlace } from '../../targets/place';

/** How every ledger of the tests is reached: the store of Sluice's home, and a key that is as long as a platform's. */
export const access: LedgerAccess = { key: 'k'.repeat(43) };

/** A Sluice home of a test's own, with a store in a folder. */
export class StoreHome {
  readonly access = access;
  /** `SLUICE_HOME` while a test runs. */
  folder = '';
  private before: NodeJS.ProcessEnv = {};

  get store(): FileStore {
    return new FileStore(path.join(this.folder, 'store'));
  }

  place(environment: string): LedgerPlace {
    return ledgerOf(this.access, environment, undefined);
  }

  records(environment: string): Promise<LedgerRecord[]> {
    return readLedger(this.place(environment));
  }

  async put(environment: string, ...records: readonly LedgerRecord[]): Promise<void> {
    await appendRecords(this.place(environment), records);
  }

  /** Has the snapshot written that is else written once in many records: a reading finds what decisions need alone, and what comes after it. */
  async shorten(environment: string): Promise<void> {
    const reading = readingOf(this.place(environment));
    await new ChainReading(this.store, environment, reading).writeSnapshot(keyOf(this.access.key));
  }

  /**
   * Has a stack publish these outputs, as far as those who ask Pulumi can tell: its state is in this home, and the `pulumi` of the PATH prints
   * what is there.
   * @param resources what its state has, secrets as they are
   */
  publish(stack: string, outputs: object, resources: readonly object[] = []): void {
    const state = path.join(this.folder, 'pulumi');
    const stacks = path.dirname(stateFile(state, stack));
    fs.mkdirSync(stacks, { recursive: true });
    fs.writeFileSync(stateFile(state, stack), JSON.stringify(outputs));
    const exported = { version: 3, deployment: { resources } };
    fs.writeFileSync(path.join(stacks, `${stack}.exported`), JSON.stringify(exported));
    const program = path.join(this.folder, 'bin', 'pulumi');
    fs.mkdirSync(path.dirname(program), { recursive: true });
    // pulumi stack output --json --show-secrets --stack STACK, or pulumi stack export --stack STACK
    const asked = `case "$2" in export) exec cat "${stacks}/$4.exported" ;; esac`;
    fs.writeFileSync(program, `#!/bin/sh\n${asked}\nexec cat "${stacks}/$6.json"\n`, { mode: 0o755 });
    process.env['PULUMI_BACKEND_URL'] = pathToFileURL(state).href;
    process.env['PATH'] = `${path.dirname(program)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  }

  /** Makes it this process's; {@link restore} puts back every variable that is another by then. */
  make(): this {
    this.before = { ...process.env };
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'store-home-'));
    process.env['SLUICE_HOME'] = this.folder;
    delete process.env['PULUMI_BACKEND_URL'];
    return this;
  }

  restore(): void {
    for (const name of Object.keys(process.env)) if (!(name in this.before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, this.before);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A new home for each test of a suite, gone after it. */
export function storeHome(): StoreHome {
  const home = new StoreHome();
  beforeEach(() => void home.make());
  afterEach(() => {
    home.restore();
  });
  return home;
}
