/** The container's health check: exit code 0 when this service answers. */
const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/health`).catch(() => undefined);
process.exit(answer?.status === 200 ? 0 : 1);
