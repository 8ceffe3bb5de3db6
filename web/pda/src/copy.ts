// The device's copy of what it needs out of reach, brought up to date by the ledger's position.

import { call, type Words } from "./api";
import { now } from "./clock";
import { all, change, get, put } from "./db";
import { covers, type Block, type Goods } from "./blocks";
import { identifierOf } from "./codes";
import { trusted } from "./people";
import { changed, state } from "./state";

export interface Product {
  code: string;
  name: string;
  specification: string;
  unit: string;
  category: string;
  holder: string;
  flags: string[];
  identifiers: string[];
}
export interface Place {
  code: string;
  name: string;
  kind: string;
  parent: string | null;
  gln: string | null;
}
export interface Lying {
  location: string;
  expiry: string | null;
  status: string;
  quantity: number;
}
export interface KnownLot {
  product: string;
  lot: string;
  rows: Lying[];
}
export interface OrderLine {
  line: number;
  product: string | null;
  identifiers: string[];
  lot: string | null;
  expiry: string | null;
  quantity: number;
  fulfilled: number;
  accepted: number;
}
export interface Order {
  type: "po" | "desadv" | "transfer" | "prescription" | "medication";
  number: string;
  state: string;
  party: string | null;
  source: string | null;
  destination: string | null;
  seq: number;
  lines: OrderLine[];
  patient?: string | null; // of an order of care, which no device is told before its number is shown
}
interface Told {
  origin: string;
  position: number;
  full: boolean;
  station: string;
  profile: string;
  trusted: string[];
  products: Product[];
  locations: Place[] | null;
  stock: KnownLot[];
  lots: number;
  orders: Order[];
  blocked: Block[] | null;
}
interface Known {
  origin: string;
  position: number;
  station: string;
  profile: string;
  at: number;
}

export const copy = {
  known: null as Known | null,
  products: new Map<string, Product>(),
  byIdentifier: new Map<string, Product>(),
  places: new Map<string, Place>(),
  stock: new Map<string, KnownLot>(),
  orders: new Map<string, Order>(),
  blocked: [] as Block[],
  reasons: {} as Record<string, Words>,
};

export const orderKey = (type: string, number: string): string => `${type} ${number}`;
const lotKey = (each: { product: string; lot: string }): string => `${each.product} ${each.lot}`;

export async function restoreCopy(): Promise<void> {
  copy.known = (await get<Known>("known")) ?? null;
  state.syncedAt = copy.known?.at ?? null;
  for (const each of (await get<Place[]>("places")) ?? []) copy.places.set(each.code, each);
  copy.blocked = (await get<Block[]>("blocked")) ?? [];
  copy.reasons = (await get<Record<string, Words>>("reasons")) ?? {};
  for (const each of await all<Product>("product")) learn(each);
  for (const each of await all<KnownLot>("stock")) copy.stock.set(lotKey(each), each);
  for (const each of await all<Order>("order")) copy.orders.set(orderKey(each.type, each.number), each);
}

function learn(product: Product): void {
  copy.products.set(product.code, product);
  for (const name of product.identifiers) copy.byIdentifier.set(name, product);
}

let running: Promise<void> | null = null;

// A device that has just been let in knows no place and no order before its first copy has come:
// what is scanned until then would be taken for something else.
export async function firstCopy(): Promise<void> {
  if (!copy.known && state.online) await syncCopy().catch(() => undefined);
}

// Brings the copy up to date; callers that come together share one question.
export function syncCopy(): Promise<void> {
  running ??= bring().finally(() => (running = null));
  return running;
}

async function bring(): Promise<void> {
  const told = await ask("");
  if (!Object.keys(copy.reasons).length) {
    copy.reasons = (await call<{ reasons: Record<string, Words> }>("GET", "/reasons")).reasons;
    await put("reasons", copy.reasons);
  }
  await keep(told, told.full);
  // What has left entirely is seen by the number of lots alone: then the stock is told anew.
  if (copy.stock.size !== told.lots) await keep(await ask("&stock=all"), true);
  await trusted(told.trusted);
  changed();
}

function ask(more: string): Promise<Told> {
  const known = copy.known;
  const asked = known ? `?since=${known.position}&origin=${encodeURIComponent(known.origin)}${more}` : "";
  return call<Told>("GET", `/sync${asked}`, undefined, 30_000);
}

async function keep(told: Told, allStock: boolean): Promise<void> {
  const known = { origin: told.origin, position: told.position, station: told.station, profile: told.profile, at: now().getTime() };
  await change(["kv", "product", "stock", "order"], (store) => {
    if (told.full) for (const name of ["product", "order"] as const) store(name).clear();
    if (allStock) store("stock").clear();
    for (const each of told.products) store("product").put(each);
    for (const each of told.stock) store("stock").put(each);
    for (const each of told.orders) {
      if (each.state === "open") store("order").put(each);
      else store("order").delete([each.type, each.number]);
    }
    if (told.locations) store("kv").put(told.locations, "places");
    if (told.blocked) store("kv").put(told.blocked, "blocked");
    store("kv").put(known, "known");
  });
  remember(told, known, allStock);
}

function remember(told: Told, known: Known, allStock: boolean): void {
  if (told.full) for (const each of [copy.products, copy.byIdentifier, copy.orders]) each.clear();
  if (allStock) copy.stock.clear();
  told.products.forEach(learn);
  for (const each of told.stock) copy.stock.set(lotKey(each), each);
  for (const each of told.orders) {
    if (each.state === "open") copy.orders.set(orderKey(each.type, each.number), each);
    else copy.orders.delete(orderKey(each.type, each.number));
  }
  if (told.locations) copy.places = new Map(told.locations.map((place) => [place.code, place]));
  if (told.blocked) copy.blocked = told.blocked;
  copy.known = known;
  state.syncedAt = known.at;
}

export const station = (): string => copy.known?.station ?? "";
export const placeName = (code: string | null): string => (code ? (copy.places.get(code)?.name ?? code) : "");

export function productOf(key: string | null): Product | null {
  return key ? (copy.byIdentifier.get(identifierOf(key)) ?? null) : null;
}

// Whether a place is the station or lies in it.
export function isHere(code: string): boolean {
  for (let place: string | null = code; place; place = copy.places.get(place)?.parent ?? null) {
    if (place === station()) return true;
  }
  return false;
}

// The recall that holds goods of a product; null: none does.
export const isBlocked = (product: string, goods: Goods): string | null =>
  copy.blocked.find((each) => each.product === product && covers(each.extent, goods))?.case ?? null;

export const isLotBlocked = (lot: KnownLot): boolean =>
  isBlocked(lot.product, { lot: lot.lot, serial: null, expiry: lot.rows[0]?.expiry ?? null }) !== null;


export const lotsOf = (product: string): KnownLot[] => [...copy.stock.values()].filter((each) => each.product === product);

// First expired, first out: what to take of a product here, as the copy knows it.
export function advice(product: string, today: string): (Lying & { lot: string })[] {
  return lotsOf(product)
    .flatMap((known) => known.rows.map((row) => ({ ...row, lot: known.lot })))
    .filter((row) => row.status === "available" && !isBlocked(product, { lot: row.lot, serial: null, expiry: row.expiry }) && !(row.expiry && row.expiry < today))
    .sort((a, b) => (a.expiry ?? "9999").localeCompare(b.expiry ?? "9999"));
}
