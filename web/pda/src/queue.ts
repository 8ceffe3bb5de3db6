// What happened and is not on record yet. It is written to the disk before anybody is told that it
// is kept, sent in order and in batches, and leaves only when the server has it or a person says so.

import { Problem, Unreachable, type Words } from "./api";
import { iso, now, uuid7 } from "./clock";
import { all, change } from "./db";
import { grantOf } from "./people";
import { callSigned, type Signature } from "./signing";
import { changed, state } from "./state";

export interface Trouble {
  code: string;
  field: string | null;
  text: Words;
}
export interface Upload {
  event?: Record<string, unknown>;
  count?: Record<string, unknown>;
  count_lines?: Record<string, unknown>;
  task_step?: Record<string, unknown>;
  correction?: Record<string, unknown>;
  band?: string; // whose wristband it was, sealed
  band_sha256?: string;
}
export interface Item extends Upload {
  n?: number;
  id: string;
  by: string; // staff number
  grant: string | null;
  job: string;
  what: string; // for people: the product and how much
  at: string;
  status: "waiting" | "attention";
  recorded: boolean;
  problems: Trouble[];
}
export type Made = Omit<Item, "n" | "status" | "recorded" | "problems">;
interface Answer {
  id: string | null;
  outcome: "accepted" | "duplicate" | "exception";
  recorded: boolean;
  problems: Trouble[];
}

export class StorageFull extends Error {}

const BATCH = 500;
const BATCH_SIZE = 56_000; // bytes: what was signed stands in one entry of the ledger, as a text in JSON
const items = new Map<number, Item>();
const asking = new Map<string, (answer: Answer) => void>();
const shown = new Map<string, Signature[]>(); // what people showed, by what they sign; gone with its answer
const SOON = 250;
let wait = SOON;
let timer: ReturnType<typeof setTimeout> | undefined;

export const queued = (): Item[] => [...items.values()].sort((a, b) => a.n! - b.n!);

export async function restoreQueue(): Promise<void> {
  items.clear();
  for (const each of await all<Item>("queue")) items.set(each.n!, each);
  recount();
}

function recount(): void {
  const found = [...items.values()];
  state.waiting = found.filter((each) => each.status === "waiting").length;
  state.attention = found.length - state.waiting;
  changed();
}

// Keeps things that happened, all or none; resolves when they are on the disk. The draft that they
// were made of is gone in the same moment, so that a flat battery leaves one of the two.
export async function keep(made: Made[], draft?: string): Promise<Item[]> {
  const fresh = made.map((each): Item => ({ ...each, status: "waiting", recorded: false, problems: [] }));
  try {
    await change(["queue", "kv"], (store) => {
      if (draft) store("kv").delete(draft);
      for (const item of fresh) {
        const request = store("queue").add(item);
        request.onsuccess = () => (item.n = request.result as number);
      }
    });
  } catch {
    state.storageFull = true;
    changed();
    throw new StorageFull();
  }
  state.storageFull = false;
  for (const item of fresh) items.set(item.n!, item);
  recount();
  return fresh;
}

async function drop(gone: Item[]): Promise<void> {
  await change(["queue"], (store) => {
    for (const each of gone) store("queue").delete(each.n!);
  });
  for (const each of gone) items.delete(each.n!);
}

async function mark(found: Item[]): Promise<void> {
  await change(["queue"], (store) => {
    for (const each of found) store("queue").put(each);
  });
}

// Sends what waits; several pages of the app take turns. True: nothing waits any more.
let pumping: Promise<boolean> | null = null;
export function pump(): Promise<boolean> {
  pumping ??= exclusively(send).finally(() => (pumping = null));
  return pumping;
}

async function exclusively(work: () => Promise<boolean>): Promise<boolean> {
  return navigator.locks ? await navigator.locks.request("medtrace-queue", work) : work();
}

async function send(): Promise<boolean> {
  const total = state.waiting;
  const sums = { accepted: 0, duplicate: 0, exception: 0 };
  let done = 0;
  try {
    for (;;) {
      const batch = nextBatch();
      if (!batch.length) break;
      if (total > 1) state.sending = { done, of: Math.max(total, done + batch.length) };
      changed();
      await sendBatch(batch, sums);
      done += batch.length;
      wait = SOON;
    }
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === "device-unknown") state.revoked = true;
    else if (!(error instanceof Unreachable || error instanceof Problem)) throw error;
    later();
    return false;
  } finally {
    if (done) state.lastSend = { at: now().getTime(), ...sums };
    state.sending = null;
    recount();
  }
}

// A record goes in the name of who did it, whoever is at the device by then; one that has no leave
// of theirs waits until they are here again.
const grantFor = (item: Item): string | null => item.grant ?? grantOf(item.by);
const isNamed = (item: Item): boolean =>
  grantFor(item) !== null || (state.session !== null && state.person?.number === item.by);

const encoder = new TextEncoder();
const sized = (item: Item): number => encoder.encode(JSON.stringify(JSON.stringify(asUpload(item)))).length;

function nextBatch(): Item[] {
  const waiting = queued().filter((each) => each.status === "waiting" && isNamed(each)).slice(0, BATCH);
  let size = 0;
  const fits = waiting.findIndex((each) => (size += sized(each)) > BATCH_SIZE);
  return fits < 0 ? waiting : waiting.slice(0, Math.max(1, fits));
}

type Sums = { accepted: number; duplicate: number; exception: number };

// What the server takes for no request at all is halved until the one is found that makes it so:
// that one waits for a person, and holds up no other.
async function sendBatch(batch: Item[], sums: Sums): Promise<void> {
  try {
    await settleBatch(batch, await answersTo(batch), sums);
  } catch (error) {
    if (!(error instanceof Problem && [400, 413, 422].includes(error.status))) throw error;
    if (batch.length === 1) {
      const problems = [{ code: error.code, field: error.field, text: error.words }];
      return settleBatch(batch, [{ id: batch[0]!.id, outcome: "exception", recorded: false, problems }], sums);
    }
    const half = Math.ceil(batch.length / 2);
    await sendBatch(batch.slice(0, half), sums);
    await sendBatch(batch.slice(half), sums);
  }
}

async function answersTo(batch: Item[]): Promise<Answer[]> {
  const uploads = batch.map(asUpload);
  const { uploads: answers } = await callSigned<{ uploads: Answer[] }>("/uploads", { uploads }, 30_000);
  if (answers.length !== batch.length) throw new Unreachable(); // half an answer is none
  return answers;
}

async function settleBatch(batch: Item[], answers: Answer[], sums: Sums): Promise<void> {
  const settled: Item[] = [];
  const troubled: Item[] = [];
  batch.forEach((item, place) => {
    const answer = answers[place]!;
    sums[answer.outcome] += 1;
    const asker = asking.get(item.id);
    if (answer.outcome !== "exception" || asker) settled.push(item);
    else troubled.push(Object.assign(item, { status: "attention", recorded: answer.recorded, problems: answer.problems }));
    asking.delete(item.id);
    asker?.(answer);
  });
  await mark(troubled);
  await drop(settled);
  state.revoked = false;
}

function asUpload(item: Item): Record<string, unknown> {
  const { event, count, count_lines, task_step, correction, band, band_sha256 } = item;
  const grant = grantFor(item);
  const signatures = shown.get(item.id);
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

function later(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void pump(), wait);
  wait = Math.min(wait * 2, 30_000);
}

// Keeps, sends at once, and waits a little for the answers; null: it is kept and goes by itself.
export async function keepAndAsk(
  made: Made[],
  patience = 5_000,
  more: { draft?: string; signatures?: Signature[] } = {},
): Promise<Answer[] | null> {
  if (more.signatures?.length) for (const each of made) shown.set(each.id, more.signatures);
  const answers = made.map((each) => new Promise<Answer>((resolve) => asking.set(each.id, resolve)));
  const over = () => {
    for (const each of made) for (const map of [asking, shown]) map.delete(each.id);
  };
  try {
    await keep(made, more.draft);
  } catch (error) {
    over();
    throw error;
  }
  const enough = new Promise<null>((resolve) => setTimeout(() => resolve(null), patience));
  const failed = pump().then((sent) => (sent ? new Promise<null>(() => undefined) : null));
  const found = await Promise.race([Promise.all(answers), enough, failed]);
  over();
  return found;
}

// What waited for its signature is sent with it; what is still wrong, null: nothing.
export async function signAndSend(item: Item, signatures: Signature[]): Promise<Trouble[] | null> {
  shown.set(item.id, signatures);
  await mark([Object.assign(item, { status: "waiting" })]);
  recount();
  await pump();
  shown.delete(item.id);
  return items.has(item.n!) ? item.problems : null;
}

// A person has looked at it: it is on record, or it did not happen after all.
export async function settle(item: Item): Promise<void> {
  await drop([item]);
  recount();
}

// A person says that it happened all the same: told after the fact, in their name, under a new id.
export async function tellAfterwards(item: Item): Promise<void> {
  const event: Record<string, unknown> = { ...item.event, after_the_fact: true };
  delete event["signatures"];
  const other = item.by !== state.person?.number;
  const id = uuid7();
  event["id"] = id;
  if (other) event["note"] = [event["note"], `代传：${item.by} ${item.at}`].filter(Boolean).join("；");
  const again: Item = {
    ...item, id, event, grant: state.grant, by: state.person?.number ?? item.by, status: "waiting", problems: [], recorded: false,
  };
  await mark([again]);
  items.set(again.n!, again);
  recount();
  await pump();
}

export function watchNetwork(): void {
  window.addEventListener("online", () => void wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void wake();
  });
  if (state.waiting) void pump();
}

export async function wake(): Promise<boolean> {
  wait = SOON;
  return pump();
}

export const stamp = (): string => iso(now());
