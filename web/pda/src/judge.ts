// The verdict on a scan: the server's where it answers, else what the device's copy can tell, with
// what it could not check said beside it.

import { call, Problem, Unreachable, type Words } from "./api";
import { day, hm, now } from "./clock";
import { readCode, type Code } from "./codes";
import { advice, copy, isBlocked, isHere, lotsOf, placeName, productOf, station, type Lying } from "./copy";
import { state } from "./state";

export interface Dose {
  amount: string;
  unit: string;
}
export interface Doing {
  kind: string;
  location: string;
  destination?: string;
  party?: string;
  patient?: string;
  documents?: { type: string; id: string }[];
  parent?: string;
  quantity?: number;
  dose?: Dose;
  route?: string;
}
export interface Named {
  code: string;
  name: string;
  specification: string;
  unit: string;
  category: string;
  flags: string[];
}
export interface Reading {
  raw: string;
  key: string | null;
  piece: boolean;
  container: boolean;
  lot: string | null;
  expiry: string | null;
  quantity: number | null;
  product: Named | null;
  status: string | null;
  location: string | null;
  locationName: string | null;
  verdict: "go" | "look" | "stop";
  reason: string | null;
  text: Words | null;
  signatures: number;
  offline: boolean;
  unchecked: Words[];
}
interface Answer {
  key: string | null;
  granularity: string;
  lot: string | null;
  expiry: string | null;
  quantity: number | null;
  product: Named | null;
  state: { status: string; location: string; location_name: string; lot: string; expiry: string | null } | null;
  verdict: "go" | "look" | "stop";
  reason: string | null;
  text: Words | null;
  signatures: number;
}

const PIECES = ["serial", "logistic-unit"];

export async function judge(raw: string, doing: Doing | null): Promise<Reading> {
  if (state.online) {
    try {
      const body = { raw, ...(doing ? { doing } : {}) };
      return told(raw, await call<Answer>("POST", "/scan", body, 2_500));
    } catch (error) {
      if (error instanceof Problem) return problem(raw, error);
      if (!(error instanceof Unreachable)) throw error;
    }
  }
  return alone(raw, doing);
}

function told(raw: string, answer: Answer): Reading {
  const code = readCode(raw);
  return {
    raw,
    key: answer.key,
    piece: PIECES.includes(answer.granularity),
    container: answer.granularity === "logistic-unit" || answer.reason === "is-container",
    lot: answer.state?.lot ?? answer.lot,
    expiry: answer.state?.expiry ?? answer.expiry ?? code.expiry,
    quantity: answer.quantity,
    product: answer.product,
    status: answer.state?.status ?? null,
    location: answer.state?.location ?? null,
    locationName: answer.state?.location_name ?? null,
    verdict: answer.verdict,
    reason: answer.reason,
    text: answer.text,
    signatures: answer.signatures,
    offline: false,
    unchecked: [],
  };
}

const bare = (raw: string, code: Code): Reading => ({
  raw, key: code.key, piece: code.piece, container: code.container, lot: code.lot, expiry: code.expiry,
  quantity: code.quantity, product: null, status: null, location: null, locationName: null, verdict: "go",
  reason: null, text: null, signatures: 0, offline: true, unchecked: [],
});

function problem(raw: string, error: Problem): Reading {
  return { ...bare(raw, readCode(raw)), verdict: "stop", reason: error.code, text: error.words, offline: false };
}

const OUT = new Set(["sent", "reserved", "packed", "dispensed", "administered", "implanted", "released"]);
const APART = new Set(["quarantined", "rejected", "wasted", "destroyed"]);

function alone(raw: string, doing: Doing | null): Reading {
  const code = readCode(raw);
  const product = productOf(code.key);
  const here = whereabouts(product?.code ?? null, code);
  const reading: Reading = {
    ...bare(raw, code),
    product,
    expiry: code.expiry ?? here?.expiry ?? null,
    status: here?.status ?? null,
    location: here?.location ?? null,
    locationName: here ? placeName(here.location) : null,
    signatures: product?.flags.includes("narcotic") ? 2 : 0,
    unchecked: unchecked(),
  };
  if (!code.key) return { ...reading, verdict: "look", reason: "unknown-code", text: UNREAD };
  if (!product && !code.container) return { ...reading, verdict: "look", reason: "unknown-code", text: UNKNOWN };
  return { ...reading, ...ruled(reading, doing) };
}

// Of a lot that lies here in one state, the copy tells where.
function whereabouts(product: string | null, code: Code): Lying | null {
  if (!product || !code.lot) return null;
  const rows = lotsOf(product).filter((each) => each.lot === code.lot).flatMap((each) => each.rows);
  return rows.find((row) => row.status === "available") ?? rows[0] ?? null;
}

function ruled(reading: Reading, doing: Doing | null): Pick<Reading, "verdict" | "reason" | "text"> {
  const today = day(now());
  const kind = doing?.kind ?? "";
  const { serial } = readCode(reading.raw);
  const blocked = reading.product && isBlocked(reading.product.code, { lot: reading.lot, serial, expiry: reading.expiry });
  if (blocked && reading.lot === null && !APART.has(kind)) {
    // The code names no lot, and some lots of this product are recalled: a person has to look.
    return { verdict: "look", reason: "recalled", text: LOT_UNKNOWN };
  }
  if (blocked && !APART.has(kind)) {
    const look = ["received", "arrived", "returned", "accepted"].includes(kind);
    return { verdict: look ? "look" : "stop", reason: "recalled", text: copy.reasons["recalled"] ?? RECALLED };
  }
  if (reading.expiry && reading.expiry < today && (OUT.has(kind) || !kind || kind === "received")) {
    const words = copy.reasons["expired"] ?? EXPIRED;
    const fill = (text: string) => text.replace("{expiry}", reading.expiry!);
    return { verdict: "stop", reason: "expired", text: { zh: fill(words.zh), en: fill(words.en) } };
  }
  if (reading.expiry && OUT.has(kind) && days(today, reading.expiry) <= 30) {
    const left = days(today, reading.expiry);
    return { verdict: "look", reason: "near-expiry", text: { zh: `快到期，剩 ${left} 天`, en: `Expires in ${left} days` } };
  }
  return { verdict: "go", reason: null, text: null };
}

const UNREAD: Words = { zh: "离线认不出这个码。可以先记下，上传时再认", en: "Can't read this code offline. Keep it; it is read when sent" };
const UNKNOWN: Words = { zh: "本机目录里没有。可以先记下，上传时再核对", en: "Not in this device's catalogue. Keep it; it is checked when sent" };
const RECALLED: Words = { zh: "这一批已召回，不能发。放进红色隔离箱", en: "Recalled lot. Put it in the red box" };
const LOT_UNKNOWN: Words = { zh: "这个品种有召回的批号。看盒上的批号再用", en: "Some lots of this are recalled. Check the lot on the box" };
const EXPIRED: Words = { zh: "{expiry} 已过期。放进报废箱", en: "Expired on {expiry}. Put it in the waste box" };

export const days = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

// What a device alone can't know.
export function unchecked(): Words[] {
  const since = state.syncedAt ? hm(new Date(state.syncedAt)) : null;
  return [
    since
      ? { zh: `${since} 之后的新召回`, en: `recalls after ${since}` }
      : { zh: "召回名单（还没有同步过）", en: "recalls (never synced)" },
    { zh: "别的机器是否已用过这个码", en: "whether another device has used this code" },
  ];
}

export function instead(reading: Reading): (Lying & { lot: string }) | null {
  if (!reading.product) return null;
  return advice(reading.product.code, day(now())).find((row) => row.lot !== reading.lot && isHere(row.location)) ?? null;
}

// Where the event happens: at the place inside the station where the books have the thing, else there.
export const placeOf = (reading: Reading): string =>
  reading.location && isHere(reading.location) ? reading.location : station();
