// What open recalls ask of this station: to find goods, count them and set them apart, and to tell
// patients and look at them. Kept for working out of reach; each step is a record of the queue.

import { call } from "./api";
import { iso, now, uuid7 } from "./clock";
import { isBlocked, placeName } from "./copy";
import { get, put } from "./db";
import { placeOf, type Reading } from "./judge";
import { readCode } from "./codes";
import { keep, type Item, type Made } from "./queue";
import { keepAndAsk, pump } from "./sending";
import { changed, state } from "./state";

export interface Task {
  case: string;
  class: "I" | "II" | "III";
  drill: boolean;
  reason: string;
  products: string[];
  lots: string[];
  work: "search" | "notify" | "assess";
  place: string;
  patient: string | null;
  state: "open" | "acknowledged" | "counted" | "done";
  expected: number;
  left: number | null;
  count: number | null;
  owner: string | null;
  due: string;
}
type Step = "acknowledged" | "counted" | "done";

const STORED = "tasks";
let tasks: Task[] = [];

export async function restoreTasks(): Promise<void> {
  tasks = (await get<Task[]>(STORED)) ?? [];
}

// Goods before patients, what is due first before what is due later.
export const openTasks = (): Task[] =>
  tasks
    .filter((each) => each.state !== "done")
    .sort((a, b) => Number(b.work === "search") - Number(a.work === "search") || Date.parse(a.due) - Date.parse(b.due));

// Steps that wait are not in the server's answer yet, so it is asked when nothing waits.
export async function fetchTasks(): Promise<void> {
  if (!state.session || state.waiting || !state.person?.actions.includes("work_recall")) return;
  const told = (await call<{ tasks: Task[] }>("GET", "/recalls/tasks")).tasks;
  if (state.waiting) return;
  tasks = told;
  await put(STORED, tasks);
  changed();
}

function record(task: Task, step: Step, more: { count?: number; note?: string }): Made {
  const id = uuid7();
  const at = iso(now());
  const { work, place, patient } = task;
  return {
    id, at, by: state.person?.number ?? "", grant: state.grant, job: "recall", what: `${task.case} · ${placeName(place)}`,
    task_step: { id, time: at, case: task.case, work, place, step, ...(patient ? { patient } : {}), ...more },
  };
}

async function apply(task: Task, change: Partial<Task>): Promise<void> {
  Object.assign(task, change);
  await put(STORED, tasks).catch(() => undefined);
  changed();
}

export interface Stepped {
  kept: boolean; // on the device, and sent by itself
  refused: Item["problems"] | null;
}

export async function takeStep(task: Task, step: Step, more: { count?: number; note?: string } = {}): Promise<Stepped> {
  const answers = await keepAndAsk([record(task, step, more)], state.online ? 6_000 : 50);
  const refused = answers?.find((each) => !each.recorded)?.problems ?? null;
  if (!refused) await apply(task, { state: step, ...(step === "counted" ? { count: more.count ?? 0 } : {}) });
  return { kept: !answers, refused };
}

// The recall that holds a thing; null: none does.
export function recallOf(reading: Reading): string | null {
  if (!reading.product) return null;
  const { serial } = readCode(reading.raw);
  return isBlocked(reading.product.code, { lot: reading.lot, serial, expiry: reading.expiry });
}

// What was scanned and set apart is counted for the tasks that asked for it.
export async function countFound(found: { reading: Reading; quantity: number }[]): Promise<void> {
  const counted = new Map<Task, number>();
  for (const { reading, quantity } of found) {
    const name = recallOf(reading);
    const there = tasks.filter((each) => each.work === "search" && each.case === name && each.state !== "done");
    const task = there.find((each) => each.place === placeOf(reading)) ?? there[0];
    if (task) counted.set(task, (counted.get(task) ?? 0) + quantity);
  }
  for (const [task, more] of counted) {
    const count = (task.count ?? 0) + more;
    await keep([record(task, "counted", { count })]);
    await apply(task, { state: "counted", count, left: Math.max(0, (task.left ?? 0) - more) });
  }
  if (counted.size) void pump();
}
