// Sends what waits, in order and in batches, whenever there is an answer; what is asked for at once
// is waited for.

import { Problem, Unreachable } from "./api";
import { now, uuid7 } from "./clock";
import { batchOf, bodyOf } from "./batches";
import { drop, isKept, keep, mark, queued, recount, replaceItem, type Answer, type Item, type Made, type Trouble } from "./queue";
import { callSigned, type Signature } from "./signing";
import { changed, state } from "./state";

const asking = new Map<string, (answer: Answer) => void>();
const shown = new Map<string, Signature[]>(); // what people showed, by what they sign; gone with its answer
const SOON = 250;
let wait = SOON;
let timer: ReturnType<typeof setTimeout> | undefined;

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
      const batch = batchOf(queued());
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
  const uploads = batch.map((item) => bodyOf(item, shown.get(item.id)));
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
  return isKept(item) ? item.problems : null;
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
  await replaceItem(again);
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
