// A program that a check of type "command" is told to run. It fails, and tries everything to be taken for one that passes: it writes where
// the verdict goes, opens the inspector of whoever judges it, reads and writes that one's memory, ends it, and puts files in the verdict's
// place. It prints a line for each try.
'use strict';
const fs = require('node:fs');
const { setInterval, setTimeout } = require('node:timers');

const forged = process.argv.at(-1);
const { O_RDONLY, O_RDWR, O_WRONLY, O_NONBLOCK } = fs.constants;
const statusOf = (pid) => fs.readFileSync(`/proc/${pid}/status`, 'utf8');
const parentOf = (pid) => Number(/^PPid:\s+(\d+)/m.exec(statusOf(pid))[1]);

/** Who judges it, and who started that one, up to the container's first process. */
const judges = [];
const names = ['the judge', 'the supervisor', 'the first process'];
for (let pid = process.ppid; pid > 0; pid = parentOf(pid)) judges.push(pid);

function attempt(what, action) {
  try {
    action();
    console.log(`${what}: done`);
  } catch (error) {
    console.log(`${what}: ${error.code}`);
  }
}

/** Has a Node process whose inspector is open run this. */
async function inspect(code) {
  const [{ webSocketDebuggerUrl }] = await (await globalThis.fetch('http://127.0.0.1:9229/json/list')).json();
  const socket = new globalThis.WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: code } }));
  await new Promise((resolve) => (socket.onclose = socket.onmessage = resolve));
  // A process does not end while its inspector is looked at.
  socket.close();
}

async function main() {
  console.log(/^(CapEff|NoNewPrivs):.*$/gm[Symbol.match](statusOf('self')).join(' ').replaceAll('\t', ''));
  attempt('verdict in the evidence', () => fs.writeFileSync(`${process.env.EVIDENCE}/verdict.json`, forged));
  for (const name of ['check.log', 'output.log']) {
    attempt(`${name} taken away`, () => fs.unlinkSync(`${process.env.EVIDENCE}/${name}`));
  }
  for (const [generation, pid] of judges.entries()) {
    const of = names[generation];
    for (const [file, mode] of Object.entries({ environ: O_RDONLY, mem: O_RDWR, 'fd/1': O_WRONLY, 'fd/2': O_WRONLY })) {
      attempt(`${file} of ${of}`, () => fs.closeSync(fs.openSync(`/proc/${pid}/${file}`, mode | O_NONBLOCK)));
    }
  }
  for (const generation of [1, 0]) {
    attempt(`inspector of ${names[generation]}`, () => process.kill(judges[generation], 'SIGUSR1'));
  }
  for (let tries = 0; tries < 20; tries++) {
    try {
      // Whose inspector it is that has opened: both were asked to, and there is one port.
      await inspect(`process.send
        ? process.send(${forged}, () => process.exit(0))
        : process.stdout.write(${JSON.stringify(`${forged}\n`)}, () => process.exit(0))`);
      // What was forged ends the container, and this with it.
      setInterval(() => undefined, 1000);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  for (const [generation, pid] of judges.entries()) {
    attempt(`end of ${names[generation]}`, () => process.kill(pid, 'SIGKILL'));
  }
  console.log('not forged');
  process.exit(1);
}

void main();
