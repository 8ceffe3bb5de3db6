// The ward's patients and what is due for them, kept for working out of reach: readable only while
// their nurse is signed in. A band that somebody scans is known again; nobody's can be told from it.

import { call } from "./api";
import { now } from "./clock";
import { get, put } from "./db";
import type { Patient } from "./flow_state";
import type { Dose } from "./judge";
import { canOpen, letIn, opened, sealed } from "./people";
import { state } from "./state";

export interface DueDose {
  order: string;
  product: string | null;
  generic: string | null;
  name: string | null;
  dose: Dose | null;
  route: string | null;
  frequency: string;
  timing: "due" | "later" | "overdue" | "as-needed";
  due: string | null;
  given: string | null;
  high_alert: boolean;
}
export interface InBed extends Patient {
  doses: DueDose[];
  band?: string;
}
interface Kept {
  at: number;
  salt: string;
  patients: InBed[];
}

const keptName = (): string => `round-${state.person?.number}`;

async function sha256(text: string): Promise<string> {
  const made = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(made)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Keeps the ward's list, readable only while its person is signed in.
export async function keepRound(): Promise<void> {
  if (!state.session || !state.person?.actions.includes("administer")) return;
  const told = await call<Omit<Kept, "at">>("POST", "/bedside/round", {}, 30_000);
  const box = await sealed({ ...told, at: now().getTime() });
  if (box) await put(keptName(), box);
}

export type OnList = { patient: InBed; at: number } | "closed" | null;

// Whose band it is; `closed`: there is a list, and its person has to show the PIN once more.
export async function patientOfBand(band: string): Promise<OnList> {
  await letIn();
  const box = await get<Parameters<typeof opened>[0]>(keptName());
  if (!box) return null;
  if (!canOpen()) return "closed";
  const kept = await opened<Kept>(box);
  const digest = kept && (await sha256(kept.salt + band));
  const patient = kept?.patients.find((each) => each.band === digest);
  return kept && patient ? { patient, at: kept.at } : null;
}

// The ward's patients as they are kept; none where the list is closed or there is none.
export async function patientsHere(): Promise<InBed[]> {
  await letIn();
  return (await opened<Kept>(await get(keptName())))?.patients ?? [];
}
