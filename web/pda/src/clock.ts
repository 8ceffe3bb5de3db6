// The time it really is: the server's clock, as far as it was measured, whatever the device shows.

import { get, put } from "./db";

let offset = 0; // ms to add to the device's clock
let base: { server: number; at: number } | null = null; // measured in this page: safe from clock changes
let measured: number | null = null;

export async function restoreClock(): Promise<void> {
  offset = (await get<number>("clock-offset")) ?? 0;
}

// `sent` and `received` are performance.now() around the call that said `server` (ms since 1970).
export function measure(server: number, sent: number, received: number): void {
  const now = server + (received - sent) / 2;
  base = { server: now, at: received };
  const found = Math.round(now - Date.now());
  measured = Date.now();
  if (Math.abs(found - offset) > 500) void put("clock-offset", found);
  offset = found;
}

export function now(): Date {
  if (base) return new Date(base.server + performance.now() - base.at);
  return new Date(Date.now() + offset);
}

export const skew = (): number => -offset;
export const measuredAt = (): number | null => measured;

const two = (value: number): string => String(value).padStart(2, "0");

// ISO 8601 with the device's zone, as events carry it.
export function iso(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const zone = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 23);
  return local + zone;
}

export const day = (date: Date): string => iso(date).slice(0, 10);
export const hm = (date: Date): string => iso(date).slice(11, 16);
export const hms = (date: Date): string => iso(date).slice(11, 19);

// RFC 9562: 48 bits of milliseconds, then chance; ids sort by when they were made.
let last = 0;
export function uuid7(at: Date = now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  last = Math.max(at.getTime(), last + 1 > at.getTime() + 50 ? at.getTime() : last + 1);
  let time = last;
  for (let place = 5; place >= 0; place--) {
    bytes[place] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
