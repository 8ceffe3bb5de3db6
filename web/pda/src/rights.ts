// The five rights as they are shown: ticked, wrong, or not checked; and what could not be checked.

import type { Words } from "./api";
import type { Bedside } from "./bedside";
import { ABOUT, RIGHTS, routeName, UNCHECKED, type Right } from "./care_words";
import { hm, now } from "./clock";
import { say, t } from "./i18n";
import { unchecked } from "./judge";
import type { DueDose } from "./round";

export interface Ticked {
  verdict: "go" | "look" | "stop" | null; // null: nobody checked it
  text: string;
}

export function rightOf({ reading: found, order, patient, dose }: Bedside, right: Right): Ticked {
  const reading = found!;
  const wrong = reading.verdict === "stop" ? (ABOUT[reading.reason ?? ""] ?? "drug") : null;
  if (right === wrong) return { verdict: "stop", text: say(reading.text) };
  if (wrong && RIGHTS.indexOf(right) > RIGHTS.indexOf(wrong)) return { verdict: null, text: "–" };
  const checked = order !== null;
  const look = reading.verdict === "look";
  const tick = checked ? (look && right === "drug" ? "look" : "go") : null;
  switch (right) {
    case "patient":
      if (patient?.sealed) return { verdict: "look", text: t("离线，没有核对", "offline, not checked") };
      return { verdict: checked || !reading.offline ? "go" : null, text: checked ? t("腕带与医嘱一致", "band and order agree") : t("没有给别人预留", "not kept for another") };
    case "drug":
      return { verdict: tick ?? (look && !patient?.sealed ? "look" : null), text: reading.product?.name ?? t("不认识", "unknown") };
    case "dose":
      return { verdict: tick, text: dose ? `${dose.amount} ${dose.unit}` : UNCHECKED() };
    case "route":
      return { verdict: tick, text: order?.route ? routeName(order.route) : UNCHECKED() };
    case "time":
      return { verdict: tick, text: timeOf(order) };
  }
}

function timeOf(order: DueDose | null): string {
  if (!order) return UNCHECKED();
  const current = hm(now());
  if (!order.due) return t(`必要时，现在 ${current}`, `as needed, now ${current}`);
  const due = hm(new Date(order.due));
  return t(`计划 ${due}，现在 ${current}`, `planned ${due}, now ${current}`);
}

export function uncheckedAt({ reading, order, patient, kept }: Bedside): Words[] {
  if (!reading) return [];
  const more: Words[] = order ? [] : [{ zh: "剂量、途径、时间（没有医嘱）", en: "dose, route, time (no order)" }];
  if (!reading.offline) return more;
  if (patient?.sealed) return [{ zh: "腕带是谁", en: "whose band it is" }, ...more, ...unchecked()];
  const since = kept ? hm(new Date(kept)) : "–";
  return [...more, { zh: `${since} 之后改的医嘱、别人是否已经给过`, en: `orders changed after ${since}, whether it was given meanwhile` }, ...unchecked()];
}
