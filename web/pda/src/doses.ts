// Which of the orders a drug is for, and what the list that was kept says of it; what is left of a dose.

import { now } from "./clock";
import { productOf } from "./copy";
import type { Dose, Reading } from "./judge";
import type { DueDose } from "./round";

const RANK = { due: 0, overdue: 1, "as-needed": 2, later: 3 };

// The orders that name the product, what is due before what comes later; else those that name a group
// of products, of which the server knows whether it is among them.
export function ordersFor(orders: DueDose[], reading: Reading): DueDose[] {
  const code = reading.product?.code ?? productOf(reading.key)?.code;
  const sorted = [...orders].sort((a, b) => RANK[a.timing] - RANK[b.timing]);
  const named = sorted.filter((each) => each.product === code);
  return named.length ? named.slice(0, 1) : sorted.filter((each) => each.generic !== null);
}

// Out of reach the kept list decides on time and drug; what it can't know is said beside it.
export function heldAgainstList(reading: Reading, order: DueDose): Reading {
  if (reading.verdict === "stop") return reading;
  const early = order.due && order.timing !== "as-needed" ? (Date.parse(order.due) - now().getTime()) / 60_000 : 0;
  if (early > 60) {
    const minutes = Math.round(early);
    return { ...reading, verdict: "stop", reason: "too-early", text: { zh: `离计划还有 ${minutes} 分钟`, en: `${minutes} min early` } };
  }
  if (order.product === reading.product?.code) return reading;
  return { ...reading, verdict: "look", reason: "group-unchecked", text: { zh: "医嘱开的是通用名，离线核对不了药", en: "Ordered by group: can't be checked offline" } };
}

// What is left of a dose, exact: both amounts as whole numbers of the smallest place.
export function leftOf(ordered: Dose | null, given: string | null): Dose | null {
  if (!ordered || !given) return null;
  const places = Math.max(...[ordered.amount, given].map((each) => each.split(".")[1]?.length ?? 0));
  const whole = (text: string): bigint => {
    const [before, after = ""] = text.split(".");
    return BigInt(before + after.padEnd(places, "0"));
  };
  const digits = String(whole(ordered.amount) - whole(given)).padStart(places + 1, "0");
  const amount = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
  return { amount, unit: ordered.unit };
}
