import * as provider from '@pulumi/pulumi/proto/provider_pb';
import type { Failure } from './plugin';
import { writeStruct } from './struct';
import type { Properties } from './values';

/** The answer to a check: completed inputs and what is wrong with them. */
export function checkResponse(inputs: Properties, failures: readonly Failure[]): provider.CheckResponse {
  const response = new provider.CheckResponse();
  response.setInputs(writeStruct(inputs));
  response.setFailuresList(checkFailures(failures));
  return response;
}

/** Failures as messages. */
export function checkFailures(failures: readonly Failure[]): provider.CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new provider.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}
