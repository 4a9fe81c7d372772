'use strict';
/*
 * Writes every command line of this machine, containers' processes included, to a file, each once, until its standard
 * input ends: `node sampler.cjs FILE`. A process is looked at as long as it is young, because its command line changes when it
 * turns from a copy of its parent into its program; then once more each second.
 */
const fs = require('node:fs');
const { clearInterval, setInterval } = require('node:timers');

const file = process.argv[2];
const young = 1000;
const seen = new Set();
/** By process: when it was first seen, and when to look at it again. */
let known = new Map();

function look(pid, now, looks) {
  const at = known.get(pid) ?? { born: now, next: now };
  looks.set(pid, at);
  if (now < at.next) return;
  at.next = now - at.born < young ? now : now + young;
  let line;
  try {
    line = fs
      .readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replace(/[\0\n]/g, ' ')
      .trim();
  } catch {
    return;
  }
  if (line === '' || seen.has(line)) return;
  seen.add(line);
  fs.appendFileSync(file, `${line}\n`, { mode: 0o600 });
}

const timer = setInterval(() => {
  const now = Date.now();
  const looks = new Map();
  for (const name of fs.readdirSync('/proc')) if (/^\d+$/.test(name)) look(name, now, looks);
  known = looks;
}, 50);

process.stdin.resume();
process.stdin.on('end', () => clearInterval(timer));
