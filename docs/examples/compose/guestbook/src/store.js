import { connect } from 'node:net';

/**
 * Sends one line to the store and returns what it answers.
 * @param {string} address `host:port`
 * @param {string} line
 * @returns {Promise<string>}
 */
export function ask(address, line) {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), host, () => socket.end(`${line}\n`));
    socket.setTimeout(5000, () => socket.destroy(new Error('the store does not answer')));
    socket
      .on('data', (data) => (answer += data))
      .on('end', () => resolve(answer))
      .on('error', reject);
  });
}
