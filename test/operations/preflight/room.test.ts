import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fullDisk, refuseFullDisk } from '../../../operations/preflight/room';
import { projectRoot } from '../../../base/paths';
import { assertEnded, tells } from '../../errors/told';

describe('a full disk', function () {
  this.timeout(60_000);

  it('is refused before anything is written, with how much is free and how much is needed', () => {
    assert.throws(() => refuseFullDisk(os.tmpdir(), () => 3.5 * 1024 * 1024), tells('fullHome'));
    assert.throws(() => refuseFullDisk('/state', () => 0), {
      message: 'the disk of /state is full: 0.0 MiB free, 16 MiB needed',
    });
    refuseFullDisk('/state', () => 16 * 1024 * 1024);
  });

  it('is asked of the nearest folder that exists', () => {
    const asked: string[] = [];
    refuseFullDisk(path.join(os.tmpdir(), 'sluice-none', 'deeper'), (folder) => asked.push(folder) * Infinity);
    assert.deepEqual(asked, [os.tmpdir()]);
  });

  it('is told as such when a file can no longer be written', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      tells('fullWrite')(fullDisk(Object.assign(new Error(code), { code, path: '/state/stack.json' })));
    }
    assert.equal(fullDisk(new Error('another')), undefined);
  });

  it('is told as such by a device that is always full', function () {
    if (!fs.existsSync('/dev/full')) {
      this.test!.title += ' (not tried: only Linux has one)';
      this.skip();
    }
    assert.throws(
      () => fs.writeFileSync('/dev/full', 'x'),
      (error) => tells('fullWrite')(fullDisk(error)),
    );
  });

  it('up on a disk of 1 MiB ends before it has written anything', function () {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-room-'));
    try {
      const disk = path.join(folder, 'disk');
      fs.mkdirSync(disk);
      // The disk is this command's own and gone with it; to make one takes root, or a kernel that lets users do it.
      const inside = `mount -t tmpfs -o size=1m none "${disk}" || exit 99; "$0" bin/sluice.cjs up; code=$?; ls -A "${disk}"; exit $code`;
      const command = [
        '--mount',
        ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
        'sh',
        '-c',
        inside,
      ];
      const { status, stdout, stderr, error } = spawnSync('unshare', [...command, process.execPath], {
        cwd: projectRoot,
        encoding: 'utf8',
        env: {
          ...process.env,
          CI: 'true',
          SLUICE_HOME: path.join(disk, 'sluice'),
          SLUICE_CACHE: path.join(folder, 'cache'),
        },
      });
      if (error !== undefined || status === 99 || /unshare failed/.test(stderr)) {
        this.test!.title += ' (not tried: this user may not mount a disk of its own)';
        this.skip();
      }
      assertEnded('fullHome', { code: status ?? -1, stderr });
      assert.match(stderr, /: 1\.0 MiB free, 16 MiB needed/);
      assert.equal(stdout, '');
      assert.deepEqual(fs.readdirSync(folder), ['disk']);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
