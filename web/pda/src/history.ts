// What a person did at this device lately, so that it can be put right.

import { get, put } from "./db";
import { state } from "./state";

export interface Done {
  id: string;
  job: string;
  what: string;
  at: string;
  corrected?: boolean;
}
const MOST = 50;
export const doneName = (): string => `done-${state.person?.number}`;

// Remembers what was confirmed; patients' names are not in it.
export async function remember(made: Done[]): Promise<void> {
  const before = (await get<Done[]>(doneName())) ?? [];
  await put(doneName(), [...made, ...before].slice(0, MOST)).catch(() => undefined);
}

// A correction of it is on record.
export async function markCorrected(id: string): Promise<void> {
  const before = (await get<Done[]>(doneName())) ?? [];
  await put(doneName(), before.map((each) => (each.id === id ? { ...each, corrected: true } : each)));
}
