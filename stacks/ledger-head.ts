import * as pulumi from '@pulumi/pulumi';
import { lastHead, type KnownHead } from '../store/ledger/entry';

/** What an action has printed that writes into the ledger; older versions did not print where it ended. */
type Printed = pulumi.Output<{ head?: KnownHead | undefined }> | null;

/**
 * The stack's output that says where the ledger of its environment ended, as far as its resources know: whoever cuts off its end before that is
 * found out. What is written beside an update is known once a later one has written something.
 * @param before what the state has known; it stays when nothing was written since
 * @param printed what actions have printed
 */
export function headOutput(
  before: KnownHead | null | undefined,
  ...printed: readonly Printed[]
): { ledgerHead?: pulumi.Output<KnownHead | undefined> } {
  const known = printed.filter((each) => each !== null);
  if (known.length === 0 && lastHead([before]) === undefined) return {};
  return { ledgerHead: pulumi.all(known).apply((all) => lastHead([before, ...all.map(({ head }) => head)])) };
}
