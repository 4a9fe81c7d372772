import * as provider from '@pulumi/pulumi/proto/provider_pb';
import { checkFailures } from './check-response';
import { logStatus } from './log';
import type { Plugin } from './plugin';
import { readStruct, writeStruct } from './struct';
import { carrySecrets, plainProperties, type Properties } from './values';

/** Runs one of the plugin's functions. */
export async function invoke(
  plugin: Plugin,
  request: provider.InvokeRequest,
  signal: AbortSignal,
): Promise<provider.InvokeResponse> {
  const token = request.getTok();
  const served = plugin.functions[token];
  if (served === undefined) {
    throw new Error(
      `this ${plugin.name} plugin does not serve the function ${token}; it serves ${Object.keys(plugin.functions).join(', ') || 'none'}`,
    );
  }
  const inputs = readStruct(request.getArgs());
  const known = plainProperties(inputs);
  const response = new provider.InvokeResponse();
  const failures = served.check(known);
  response.setFailuresList(checkFailures(failures));
  if (failures.length > 0) return response;
  const outputs = await served.run(known, { signal, status: (line) => logStatus('', line) });
  response.setReturn(writeStruct(carrySecrets(inputs, outputs) as Properties));
  return response;
}
