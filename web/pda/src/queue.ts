// What happened and is not on record yet. It is written to the disk before anybody is told that it
// is kept, and leaves only when the server has it or a person says so.

import type { Words } from "./api";
import { all, change } from "./db";
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
export interface Answer {
  id: string | null;
  outcome: "accepted" | "duplicate" | "exception";
  recorded: boolean;
  problems: Trouble[];
}

export class StorageFull extends Error {}

const items = new Map<number, Item>();

export const queued = (): Item[] => [...items.values()].sort((a, b) => a.n! - b.n!);

export async function restoreQueue(): Promise<void> {
  items.clear();
  for (const each of await all<Item>("queue")) items.set(each.n!, each);
  recount();
}

export function recount(): void {
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

export async function drop(gone: Item[]): Promise<void> {
  await change(["queue"], (store) => {
    for (const each of gone) store("queue").delete(each.n!);
  });
  for (const each of gone) items.delete(each.n!);
}

export async function mark(found: Item[]): Promise<void> {
  await change(["queue"], (store) => {
    for (const each of found) store("queue").put(each);
  });
}

// Whether it still waits, for the server or for a person.
export const isKept = (item: Item): boolean => items.has(item.n!);

// Another record in the place of one that nobody took.
export async function replaceItem(item: Item): Promise<void> {
  await mark([item]);
  items.set(item.n!, item);
  recount();
}

// A person has looked at it: it is on record, or it did not happen after all.
export async function settle(item: Item): Promise<void> {
  await drop([item]);
  recount();
}
