// What a job holds until it is confirmed: who or what it is for, and what was scanned.

import type { Sealed } from "./bands";
import { iso, now } from "./clock";
import { copy, orderKey, type Order } from "./copy";
import type { Reading } from "./judge";

export interface Patient {
  patient: string;
  bed: string;
  name: string;
  tail: string;
  sealed?: Sealed; // out of reach nobody knows who it is: found when it is sent
}
export interface Taken {
  reading: Reading;
  quantity: number;
  at: string; // when it was scanned, ISO
  anyway?: boolean;
}
export interface Slots {
  order?: { type: string; number: string };
  destination?: string;
  patient?: Patient;
  reason?: string;
  party?: string;
  site?: string;
  surgeon?: string;
}
export interface Said {
  is: "said";
  verdict: "go" | "look" | "stop";
  title: string;
  text: string;
}
export type Shown = { is: "thing"; reading: Reading; taken: boolean } | Said | null;
export interface Draft {
  slots: Slots;
  taken: Taken[];
}

export const said = (verdict: Said["verdict"], title: string, text: string): Said => ({ is: "said", verdict, title, text });

export const sumOf = (taken: Taken[]): number => taken.reduce((sum, each) => sum + each.quantity, 0);

export function orderIn(slots: Slots): Order | null {
  const named = slots.order;
  return named ? (copy.orders.get(orderKey(named.type, named.number)) ?? null) : null;
}

// What has no code of its own adds up to one row, which the latest scan brings to the end.
export function withReading(taken: Taken[], reading: Reading): Taken[] {
  const at = iso(now());
  const same = reading.piece ? undefined : taken.find((each) => each.reading.key === reading.key && each.reading.lot === reading.lot);
  if (!same) return [...taken, { reading, quantity: reading.quantity ?? 1, at }];
  return [...taken.filter((each) => each !== same), { ...same, quantity: same.quantity + (reading.quantity ?? 1), at }];
}

// The last scan is taken back: a thing, or one scan's worth of an amount.
export function withoutLast(taken: Taken[]): Taken[] {
  const last = taken.at(-1);
  if (!last) return taken;
  const once = last.reading.quantity ?? 1;
  const rest = taken.slice(0, -1);
  return !last.reading.piece && last.quantity > once ? [...rest, { ...last, quantity: last.quantity - once }] : rest;
}
