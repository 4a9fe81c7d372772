/**
 * Stops a server without losing a request: no new connections, idle ones closed, requests in flight answered, and
 * the connections they came on closed after that.
 * @param {import('node:http').Server} server
 * @param {number} limitMilliseconds after this, what is still open is cut
 * @returns {Promise<boolean>} whether all requests were answered in time
 */
export function stopGracefully(server, limitMilliseconds) {
  return new Promise((resolve) => {
    let inTime = true;
    // A kept-alive connection counts as busy until its answer is sent, and idle ever after: look again and again.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const limit = setTimeout(() => {
      inTime = false;
      server.closeAllConnections();
    }, limitMilliseconds);
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(limit);
      resolve(inTime);
    });
    server.closeIdleConnections();
  });
}
