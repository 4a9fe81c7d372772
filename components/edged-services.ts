import type { EdgeService } from '../clients/edge/haproxy';
import type { ServicePlace } from '../config/schema/service';

/** A service, as far as its edge has to know it. */
export interface Edged extends ServicePlace {
  name: string;
  containerPort: number;
}

/** How long a connection may be silent where a service does not say: a stream, a slow report, a WebSocket. */
const patientSeconds = 3600;

/** The services that an edge stands in front of, as it is configured, with their ports of the host. */
export function edgedServices(services: readonly Edged[]): (EdgeService & { port: number })[] {
  return services.flatMap(({ name, port, innerPort, requestSeconds, idleSeconds, containerPort }) => {
    if (port === undefined) return [];
    return [
      {
        name,
        port,
        innerPort: innerPort === true ? containerPort : undefined,
        requestSeconds: requestSeconds ?? patientSeconds,
        idleSeconds: idleSeconds ?? patientSeconds,
      },
    ];
  });
}
