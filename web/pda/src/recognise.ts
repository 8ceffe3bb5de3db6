// What was scanned: a place, an order, a person's badge, a wristband or a thing.

import { call, Problem, Unreachable } from "./api";
import { readCode } from "./codes";
import { copy, orderKey, syncCopy, type Order, type Place } from "./copy";
import { state } from "./state";

export type Found =
  | { is: "place"; place: Place }
  | { is: "order"; order: Order }
  | { is: "thing" }
  | { is: "other" }; // a badge, a wristband, or nothing that is known

const withoutCarrier = (raw: string): string => raw.replace(/^\][A-Za-z][0-9a-z]/, "").trim();

const OF_CARE = ["prescription", "medication"];

// An order of care is for somebody, so no device keeps it: by its number the server is asked for it.
export async function findOrder(raw: string, types: string[]): Promise<Order | null> {
  const number = withoutCarrier(raw);
  if (!state.session || !/^[\w./-]{3,40}$/.test(number)) return null;
  const answers = await Promise.all(types.filter((type) => OF_CARE.includes(type)).map((type) => asked(type, number)));
  const found = answers.find((each) => each?.state === "open") ?? answers.find((each) => each !== null) ?? null;
  if (found?.state === "open") copy.orders.set(orderKey(found.type, found.number), found);
  return found;
}

async function asked(type: string, number: string): Promise<Order | null> {
  try {
    return await call<Order>("GET", `/order?type=${type}&number=${encodeURIComponent(number)}`, undefined, 2_500);
  } catch (error) {
    if (error instanceof Unreachable || (error instanceof Problem && error.status === 404)) return null;
    throw error;
  }
}

const PLACE = /^(?:urn:medtrace:loc:|LOC[:-])(.+)$/i;

export function recognise(raw: string): Found {
  const text = withoutCarrier(raw);
  const place = placeOfCode(text);
  if (place) return { is: "place", place };
  const order = [...copy.orders.values()].find((each) => each.number === text);
  if (order) return { is: "order", order };
  return readCode(raw).key || /^[+(]|^\](?:C1|d2|Q3)/.test(raw) ? { is: "thing" } : { is: "other" };
}

// What nobody knows may be a document that was placed since the copy was brought up to date.
export async function recogniseAnew(raw: string): Promise<Found> {
  const found = recognise(raw);
  if (found.is !== "other" || !state.online) return found;
  await syncCopy().catch(() => undefined);
  return recognise(raw);
}

function placeOfCode(text: string): Place | null {
  const named = PLACE.exec(text)?.[1] ?? text;
  const direct = copy.places.get(named) ?? copy.places.get(named.toUpperCase());
  if (direct) return direct;
  const gln = /^(?:\(414\)|414)(\d{13})/.exec(text)?.[1] ?? (/^\d{13}$/.test(text) ? text : null);
  return gln ? ([...copy.places.values()].find((each) => each.gln === gln) ?? null) : null;
}
