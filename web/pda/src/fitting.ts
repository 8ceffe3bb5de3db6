// Scans held against the lines of an order: how much of each has happened, and what is wrong with one more.

import type { Words } from "./api";
import { copy, type Order, type OrderLine } from "./copy";
import type { Job } from "./jobs";
import type { Reading } from "./judge";
import { sumOf, type Taken } from "./flow_state";

export function fits(line: { product: string | null; identifiers: string[]; lot: string | null }, reading: Reading): boolean {
  const key = reading.key ?? "";
  const mine = line.product !== null ? line.product === reading.product?.code : line.identifiers.some((each) => key.startsWith(each));
  return mine && (line.lot === null || reading.lot === null || line.lot === reading.lot);
}

// A medication order says how much is given at a time; how much is handed out for it, it doesn't say.
export const isLimited = (order: Order | null): boolean => order?.type !== "medication";

// How much of an order's line has happened, with what was scanned now.
export function progress(job: Job, order: Order | null, line: OrderLine, taken: Taken[]): number {
  const before = job.id === "accept" ? line.accepted : isLimited(order) ? line.fulfilled : 0;
  return before + sumOf(taken.filter((each) => fits(line, each.reading)));
}

const known = (code: string, fallback: Words): Words => copy.reasons[code] ?? fallback;
const stopped = (reading: Reading, reason: string, text: Words): Reading => ({ ...reading, verdict: "stop", reason, text });

// Offline, and for amounts that add up here, the order is held against the scan on the device too.
export function againstOrder(job: Job, order: Order | null, taken: Taken[], reading: Reading): Reading {
  if (!order || reading.verdict === "stop" || reading.container) return reading;
  const line = order.lines.find((each) => fits(each, reading));
  if (!line) return offOrder(order, reading);
  if (!isLimited(order) || progress(job, order, line, taken) + (reading.quantity ?? 1) <= line.quantity) return reading;
  const rest = job.kind === "received" ? "多的先不要收" : "多的放回去";
  return stopped(reading, "too-many", { zh: `已够 ${line.quantity}。${rest}`, en: `${line.quantity} already. Leave the rest` });
}

function offOrder(order: Order, reading: Reading): Reading {
  // Which other product may stand in for an ordered one is the server's to say.
  if (order.patient && !reading.offline) return reading;
  const lot = order.lines.find((each) => each.lot && fits({ ...each, lot: null }, reading));
  if (!lot) return stopped(reading, "not-on-order", known("not-on-order", { zh: "单子里没有这一种。放回去", en: "Not on this order. Put it back" }));
  const [wanted, found] = [lot.lot, reading.lot ?? "–"];
  return stopped(reading, "lot-mismatch", { zh: `批号不对。要 ${wanted}，扫的是 ${found}`, en: `Wrong lot. Needed ${wanted}, got ${found}` });
}
