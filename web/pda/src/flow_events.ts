// What a job's slots and scans become: events, one for each place where the goods lie.

import { iso, now, uuid7 } from "./clock";
import { shown } from "./codes";
import { placeName, station } from "./copy";
import { sumOf, type Slots, type Taken } from "./flow_state";
import { t } from "./i18n";
import { placeOf, type Doing } from "./judge";
import { kindOf, type Job } from "./jobs";
import { state } from "./state";

const EVENT_THINGS = 100;
export type EventBody = Record<string, unknown> & { id: string; time: string; things: { scan: string }[] };

export function doingOf(job: Job, slots: Slots, category: string | null, more: Partial<Doing> = {}): Doing {
  const { destination, patient, order, party } = slots;
  const kind = kindOf(job, category);
  return {
    kind,
    location: station(),
    ...(destination && kind !== "accepted" ? { destination } : {}),
    ...(party && kind === "received" ? { party } : {}),
    ...(patient?.patient ? { patient: patient.patient } : {}),
    ...(order ? { documents: [{ type: order.type, id: order.number }] } : {}),
    ...more,
  };
}

export function eventsOf(job: Job, slots: Slots, taken: Taken[]): EventBody[] {
  const groups = new Map<string, Taken[]>();
  for (const each of taken) {
    const name = `${placeOf(each.reading)} ${kindOf(job, each.reading.product?.category ?? null)}`;
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const parts = [];
    for (let start = 0; start < group.length; start += EVENT_THINGS) parts.push(group.slice(start, start + EVENT_THINGS));
    return parts.map((part) => eventOf(job, slots, part));
  });
}

function eventOf(job: Job, slots: Slots, group: Taken[]): EventBody {
  const first = group[0]!.reading;
  const doing = doingOf(job, slots, first.product?.category ?? null, { location: placeOf(first) });
  const anyway = group.some((each) => each.anyway) ? t("看过仍然做", "done after a look") : null;
  const { site, surgeon } = slots;
  const note = [slots.reason, anyway].filter(Boolean).join("；");
  return {
    id: uuid7(),
    ...doing,
    time: iso(now()),
    ...goodsOf(job, group),
    ...(note ? { note } : {}),
    ...(doing.kind === "implanted" ? { site, surgeon } : {}),
    // Out of reach it has happened by the time the server hears of it.
    ...(state.online ? {} : { after_the_fact: true }),
  };
}

function goodsOf(job: Job, group: Taken[]): { things: { scan: string }[]; outputs?: unknown[] } {
  if (job.id === "split") {
    const [pack, ...labels] = group;
    const outputs = labels.map((each) => ({ scan: each.reading.raw, part: each.quantity }));
    return { things: [{ scan: pack!.reading.raw }], outputs };
  }
  return { things: group.map((each) => ({ scan: each.reading.raw, ...(each.reading.piece ? {} : { quantity: each.quantity }) })) };
}

// For people: the product, how much, and where it goes.
export function summaryOf(event: EventBody, slots: Slots, taken: Taken[]): string {
  const mine = taken.filter((each) => event.things.some((thing) => thing.scan === each.reading.raw));
  const first = mine[0]?.reading;
  const name = first?.product?.name ?? shown(first?.raw ?? "", first?.key ?? null);
  return [name, `${sumOf(mine)} ${first?.product?.unit ?? ""}`.trim(), placeName(slots.destination ?? null)].filter(Boolean).join(" · ");
}
