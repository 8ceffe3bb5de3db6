// What a scanned thing is worth in a job: judged by what is about to happen to it.

import type { Words } from "./api";
import { readCode } from "./codes";
import { isHere, productOf } from "./copy";
import { againstOrder } from "./fitting";
import { doingOf } from "./flow_events";
import { orderIn, said, type Said, type Slots, type Taken } from "./flow_state";
import { say, t } from "./i18n";
import { judge, type Reading } from "./judge";
import type { Job } from "./jobs";
import { recallOf } from "./tasks";

const IN_HOUSE = "urn:medtrace:in-house:";
const TWICE: Words = { zh: "这一件刚才扫过了，没有再算", en: "Scanned already. Not counted again" };
const NOT_RECALLED: Words = { zh: "不在召回名单里，放回去", en: "Not recalled. Put it back" };

export async function judgeFor(job: Job, slots: Slots, taken: Taken[], raw: string): Promise<Reading | Said> {
  if (job.id === "split") return portion(job, taken, raw);
  const category = productOf(readCode(raw).key)?.category ?? null;
  let reading = await judge(raw, doingOf(job, slots, category));
  if (reading.reason === "not-here" && reading.location && isHere(reading.location)) {
    reading = await judge(raw, doingOf(job, slots, category, { location: reading.location }));
  }
  if (job.id === "recall" && reading.verdict === "go" && reading.product && !recallOf(reading)) {
    reading = { ...reading, verdict: "look", reason: "not-recalled", text: NOT_RECALLED };
  }
  const twice = reading.piece && taken.some((each) => each.reading.key === reading.key);
  if (twice) return { ...reading, verdict: "look", reason: "twice", text: TWICE };
  return againstOrder(job, orderIn(slots), taken, reading);
}

// A pack, then the labels of what is made of it, each with how many base units it holds.
async function portion(job: Job, taken: Taken[], raw: string): Promise<Reading | Said> {
  const code = readCode(raw);
  const pack = taken[0];
  if (!code.key?.startsWith(IN_HOUSE)) {
    if (pack) return said("look", say(job.name), t("已有一盒，扫份的标签", "One pack at a time: scan the labels"));
    return judge(raw, null);
  }
  if (!pack) return said("look", say(job.name), t("先扫要拆的盒", "Scan the pack first"));
  if (taken.some((each) => each.reading.key === code.key)) return said("look", say(job.name), say(TWICE));
  return { ...pack.reading, raw, key: code.key, piece: false, quantity: 1, verdict: "go", text: null };
}
