import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { sharedFolder } from '../contract-writers';
import { chainWriters } from './chain-writers';

describe('a ledger in a folder', () => {
  const folders: string[] = [];

  afterEach(() => {
    for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true });
  });

  chainWriters(() => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-writers-'));
    folders.push(folder);
    return Promise.resolve(sharedFolder(folder));
  }, 25);
});
