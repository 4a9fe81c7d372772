/** The container's health check: exit code 0 when this service and its store answer. */
const answer = await fetch('http://127.0.0.1:3000/').catch(() => undefined);
process.exit(answer?.status === 200 ? 0 : 1);
