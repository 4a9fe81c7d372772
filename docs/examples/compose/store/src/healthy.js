import { connect } from 'node:net';

/** The container's health check: exit code 0 when the store takes connections. */
const socket = connect(7000, '127.0.0.1', () => process.exit(0));
socket.on('error', () => process.exit(1));
