// Confirming a job: its events go to the queue, or signed to the server at once.

import type { Words } from "./api";
import { eventsOf, summaryOf, type EventBody } from "./flow_events";
import type { Slots, Taken } from "./flow_state";
import { remember, type Done } from "./history";
import type { Job } from "./jobs";
import { keepAndAsk } from "./sending";
import { callSigned, type Signature } from "./signing";
import { state } from "./state";

export interface Recorded {
  refused: Words | null; // nothing is on record, and why
  kept: boolean; // on the device, sent by itself
  troubled: number; // so many are on record and on the work-list
  done: Done[];
}

// What was signed and sent, and nobody knows whether it arrived: confirmed again as it is, it goes
// under the same ids, so that it is on record once.
let unanswered: { name: string; events: EventBody[] } | null = null;
const nameOf = (draft: string, slots: Slots, taken: Taken[]): string =>
  JSON.stringify([draft, slots, taken.map((each) => [each.reading.raw, each.quantity])]);
const unansweredOf = (draft: string, slots: Slots, taken: Taken[]): EventBody[] | null =>
  unanswered?.name === nameOf(draft, slots, taken) ? unanswered.events : null;

// What needs signatures is sent at once or not at all: secrets are never kept.
export async function record(job: Job, slots: Slots, taken: Taken[], signatures: Signature[], draft: string): Promise<Recorded> {
  const events = unansweredOf(draft, slots, taken) ?? eventsOf(job, slots, taken);
  const done = events.map((event): Done => ({ id: event.id, job: job.id, what: summaryOf(event, slots, taken), at: event.time }));
  if (signatures.length) unanswered = { name: nameOf(draft, slots, taken), events };
  const made = signatures.length ? await signed(events, signatures) : await kept(events, done, slots, draft);
  unanswered = null;
  if (!made.refused) await remember(done);
  return { ...made, done };
}

async function signed(events: EventBody[], signatures: Signature[]): Promise<Omit<Recorded, "done">> {
  const body = { events: events.map((event) => ({ ...event, signatures })) };
  const { outcomes } = await callSigned<{ outcomes: { outcome: string; text: Words | null }[] }>("/events", body, 15_000);
  const refused = outcomes.find((each) => each.outcome === "refused");
  return { refused: refused ? (refused.text ?? NOTHING) : null, kept: false, troubled: 0 };
}

async function kept(events: EventBody[], done: Done[], slots: Slots, draft: string): Promise<Omit<Recorded, "done">> {
  const made = done.map((each, place) => ({
    ...each,
    by: state.person?.number ?? "",
    grant: state.grant,
    event: events[place]!,
    ...slots.patient?.sealed,
  }));
  const answers = await keepAndAsk(made, state.online ? 6_000 : 50, { draft });
  const refused = answers?.find((each) => !each.recorded);
  const troubled = answers?.filter((each) => each.outcome === "exception").length ?? 0;
  return { refused: refused ? (refused.problems[0]?.text ?? NOTHING) : null, kept: !answers, troubled };
}

const NOTHING: Words = { zh: "", en: "" };
