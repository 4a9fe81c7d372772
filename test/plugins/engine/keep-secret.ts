import { holdsSecret, isSecret, secret, type Properties, type Value } from '../../../toolchain/plugins/serving/values';

/**
 * Marks as secret what has the name of something that holds a secret in `from`, as Pulumi's engine does for plugins that take
 * no secrets (annotateSecrets in sdk/go/common/resource/plugin/provider_plugin.go).
 */
export function keepSecret(properties: Properties, from: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]): [string, Value] => {
      const source = from[name];
      if (isMembers(value) && isMembers(source)) return [name, keepSecret(value, source)];
      return [name, !isSecret(value) && holdsSecret(source) ? secret(value) : value];
    }),
  );
}

function isMembers(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isSecret(value);
}
