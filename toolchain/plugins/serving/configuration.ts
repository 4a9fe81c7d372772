import * as provider from '@pulumi/pulumi/proto/provider_pb';
import { checkResponse } from './check-response';
import type { Plugin } from './plugin';
import { readStruct } from './struct';
import { carrySecrets, isSecret, plainProperties, secret, toWire, type Properties } from './values';

/** CheckConfig: refuses what the plugin does not know, marks passwords secret. */
export function checkConfiguration(plugin: Plugin, request: provider.CheckRequest): Promise<provider.CheckResponse> {
  const inputs = readStruct(request.getNews());
  const known = plainProperties(inputs);
  const marked = carrySecrets(inputs, plugin.completeConfiguration?.(known) ?? known) as Properties;
  for (const key of plugin.secretConfiguration(known)) {
    const value = marked[key];
    if (value !== undefined && !isSecret(value)) marked[key] = secret(value);
  }
  return Promise.resolve(checkResponse(marked, plugin.checkConfiguration(known)));
}

/** DiffConfig: which changes of a provider replace its resources. */
export function diffConfiguration(plugin: Plugin, request: provider.DiffRequest): Promise<provider.DiffResponse> {
  const olds = meant(readStruct(request.getOldInputs() ?? request.getOlds()));
  const news = meant(readStruct(request.getNews()));
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
  );
  const response = new provider.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(changed);
  response.setReplacesList(changed.filter((key) => plugin.replacingConfiguration.includes(key)));
  return Promise.resolve(response);
}

/** Configure: hands the plugin its settings. */
export function configure(plugin: Plugin, request: provider.ConfigureRequest): Promise<provider.ConfigureResponse> {
  plugin.configure(plainProperties(readStruct(request.getArgs())));
  const response = new provider.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  return Promise.resolve(response);
}

function meant(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(plainProperties(properties))
      .filter(([key, value]) => value !== null && key !== 'version' && !key.startsWith('__'))
      .map(([key, value]) => [key, toWire(value)]),
  );
}
