import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { utils, type ParsedKey } from 'ssh2';
import { unusableKey } from './ssh';

/** An agent of this process: programs that it starts log in with its key, which lies in no file. */
export interface SshAgent {
  /** What SSH_AUTH_SOCK has to be for them. */
  socket: string;
  /** Ends it and removes its socket. */
  stop(): Promise<void>;
}

/**
 * Starts an agent that holds one key. It keeps no process alive.
 * @param privateKey text of an OpenSSH or PEM key without passphrase
 * @param who `user@host`, for messages
 * @throws UserError for a text that is no such key
 */
export async function startSshAgent(privateKey: string, who: string): Promise<SshAgent> {
  const key = utils.parseKey(privateKey);
  if (key instanceof Error) throw unusableKey(who, key.message);
  if (!key.isPrivateKey()) throw unusableKey(who, 'it is a public key');
  // Only this user may enter the folder. A socket's path has to be shorter than a file's.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-agent-'));
  const tidy = (): void => fs.rmSync(folder, { recursive: true, force: true });
  process.once('exit', tidy);
  const socket = path.join(folder, 'agent');
  const open = new Set<net.Socket>();
  const server = net.createServer((client) => {
    open.add(client);
    client.unref();
    client.on('close', () => open.delete(client));
    // Whoever asks may go away at any time.
    client.on('error', () => client.destroy());
    answer(client, key);
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(socket, resolve);
  });
  return {
    socket,
    stop: async () => {
      for (const client of open) client.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
      process.off('exit', tidy);
      tidy();
    },
  };
}

/** Message numbers of the protocol (draft-ietf-sshm-ssh-agent, 6.1), and the flags of a signature with RSA (6.2). */
const failure = 5;
const askKeys = 11;
const keys = 12;
const askSignature = 13;
const signature = 14;
const rsaHashes = [
  { flag: 2, hash: 'sha256', format: 'rsa-sha2-256' },
  { flag: 4, hash: 'sha512', format: 'rsa-sha2-512' },
] as const;

/**
 * Answers whoever asks, message by message. (AgentProtocol of ssh2 takes what follows a message that it does not know for part of it, and
 * OpenSSH begins with one.)
 */
function answer(client: net.Socket, key: ParsedKey): void {
  let rest = Buffer.alloc(0);
  client.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const end = 4 + rest.readUInt32BE();
      // No question that is answered here is nearly as long.
      if (end > longest) client.destroy();
      if (end > longest || rest.length < end) return;
      client.write(framed(replyTo(rest.subarray(4, end), key)));
      rest = rest.subarray(end);
    }
  });
}

const longest = 256 * 1024;

/** It tells of the key and signs with it, and refuses everything else. */
function replyTo(message: Buffer, key: ParsedKey): Buffer {
  const own = key.getPublicSSH();
  // One key, without a comment.
  if (message[0] === askKeys) return Buffer.concat([Buffer.from([keys, 0, 0, 0, 1]), framed(own), framed('')]);
  if (message[0] !== askSignature) return Buffer.from([failure]);
  const [keyBlob, data, flags] = parts(message.subarray(1));
  const rsa = key.type === 'ssh-rsa' ? rsaHashes.find(({ flag }) => ((flags.at(3) ?? 0) & flag) !== 0) : undefined;
  const signed = keyBlob.equals(own) ? key.sign(data, rsa?.hash) : undefined;
  if (!Buffer.isBuffer(signed)) return Buffer.from([failure]);
  const text = key.type.startsWith('ecdsa-') ? asNumbers(signed) : signed;
  const whole = Buffer.concat([framed(rsa?.format ?? key.type), framed(text)]);
  return Buffer.concat([Buffer.from([signature]), framed(whole)]);
}

/** The two texts that a question for a signature begins with, and what follows. */
function parts(body: Buffer): [keyBlob: Buffer, data: Buffer, flags: Buffer] {
  const [first, afterFirst] = cut(body);
  const [second, afterSecond] = cut(afterFirst);
  return [first, second, afterSecond];
}

function cut(text: Buffer): [Buffer, Buffer] {
  const end = text.length < 4 ? 0 : 4 + text.readUInt32BE();
  return [text.subarray(4, end), text.subarray(end)];
}

/** With its length in front. */
function framed(text: Buffer | string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/**
 * The two numbers of an ECDSA signature as SSH has them (RFC 5656, 3.1.2): each with its length in four bytes, in place of the
 * DER sequence that OpenSSL makes. Their own bytes are the same.
 */
function asNumbers(der: Buffer): Buffer {
  let at = (der[1] ?? 0) > 0x80 ? 3 : 2;
  const numbers: Buffer[] = [];
  for (let count = 0; count < 2; count++) {
    const end = at + 2 + (der[at + 1] ?? 0);
    numbers.push(framed(der.subarray(at + 2, end)));
    at = end;
  }
  return Buffer.concat(numbers);
}
