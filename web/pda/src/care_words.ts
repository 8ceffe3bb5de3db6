// What the bedside says: the five rights, routes, and why a dose is not given.

import type { Words } from "./api";
import { say, t } from "./i18n";

export type Right = "patient" | "drug" | "dose" | "route" | "time";
export const RIGHTS: Right[] = ["patient", "drug", "dose", "route", "time"];

export interface Reason {
  kind: "withheld" | "declined";
  code: string;
  text: Words;
}

export const WHOSE: Words = { zh: "没有查到是谁。看腕带和纸质医嘱", en: "Patient not looked up: see band and chart" };
export const NOT_ORDERED: Words = { zh: "医嘱里没有这个药。放回去", en: "Not on this order. Put it back" };
export const UNCHECKED = (): string => t("没有医嘱，没有核对", "no order, not checked");

export const ABOUT: Record<string, Right> = {
  "wrong-patient": "patient",
  "patient-missing": "patient",
  "wrong-dose": "dose",
  "dose-missing": "dose",
  "wrong-route": "route",
  "route-missing": "route",
  "too-early": "time",
  "too-late": "time",
  "given-already": "time",
  "not-due": "time",
};

const ROUTES: Record<string, Words> = {
  iv: { zh: "静脉", en: "IV" },
  po: { zh: "口服", en: "oral" },
  im: { zh: "肌内注射", en: "IM" },
  sc: { zh: "皮下注射", en: "SC" },
};
export const routeName = (route: string): string => say(ROUTES[route]) || route;

const WITHHELD: [string, string, string][] = [
  ["nil-by-mouth", "禁食禁水", "Nil by mouth"],
  ["vital-signs", "生命体征不允许", "Vital signs"],
  ["laboratory", "检验结果不允许", "Laboratory"],
  ["allergy", "过敏", "Allergy"],
  ["adverse-reaction", "不良反应", "Adverse reaction"],
  ["vomiting", "呕吐", "Vomiting"],
  ["no-access", "没有给药通路", "No access"],
  ["patient-absent", "患者不在病区", "Patient away"],
  ["not-available", "药品未到", "Drug not there"],
  ["order-unclear", "医嘱不清楚", "Order unclear"],
];
const DECLINED: [string, string, string][] = [
  ["unwilling", "患者不愿用", "Patient unwilling"],
  ["fears-effects", "患者担心不良反应", "Fears side effects"],
  ["feels-well", "患者自觉不需要", "Feels well"],
  ["cannot-swallow", "咽不下", "Can't swallow"],
];
const reason = (kind: Reason["kind"]) => ([code, zh, en]: [string, string, string]): Reason => ({ kind, code, text: { zh, en } });
export const REASONS: Reason[] = [...WITHHELD.map(reason("withheld")), ...DECLINED.map(reason("declined"))];
