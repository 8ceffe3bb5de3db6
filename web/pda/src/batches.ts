// What goes to the server in one request: in whose name, how much, and in which form.

import type { Item } from "./queue";
import { grantOf } from "./people";
import type { Signature } from "./signing";
import { state } from "./state";

const BATCH = 500;
const BATCH_SIZE = 56_000; // bytes: what was signed stands in one entry of the ledger, as a text in JSON

// A record goes in the name of who did it, whoever is at the device by then; one that has no leave
// of theirs waits until they are here again.
const grantFor = (item: Item): string | null => item.grant ?? grantOf(item.by);
const isNamed = (item: Item): boolean =>
  grantFor(item) !== null || (state.session !== null && state.person?.number === item.by);

const encoder = new TextEncoder();
const sized = (item: Item): number => encoder.encode(JSON.stringify(JSON.stringify(bodyOf(item)))).length;

export function batchOf(queue: Item[]): Item[] {
  const waiting = queue.filter((each) => each.status === "waiting" && isNamed(each)).slice(0, BATCH);
  let size = 0;
  const fits = waiting.findIndex((each) => (size += sized(each)) > BATCH_SIZE);
  return fits < 0 ? waiting : waiting.slice(0, Math.max(1, fits));
}

export function bodyOf(item: Item, signatures?: Signature[]): Record<string, unknown> {
  const { event, count, count_lines, task_step, correction, band, band_sha256 } = item;
  const grant = grantFor(item);
  return {
    ...(grant ? { grant } : {}),
    ...(band ? { band, band_sha256 } : {}),
    ...(event ? { event } : {}),
    ...(count ? { count } : {}),
    ...(count_lines ? { count_lines } : {}),
    ...(task_step ? { task_step } : {}),
    ...(correction ? { correction: { ...correction, ...(signatures ? { signatures } : {}) } } : {}),
  };
}
