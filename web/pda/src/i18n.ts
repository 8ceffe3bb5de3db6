// What the app says, Chinese first. Reasons of the gate come from the server, in both languages.

import type { Words } from "./api";
import { state } from "./state";

export const say = (words: Words | string | null | undefined): string =>
  !words ? "" : typeof words === "string" ? words : words[state.language];

export const t = (zh: string, en: string): string => (state.language === "zh" ? zh : en);

export const number = (value: number): string => value.toLocaleString("en-US");

export const STATUS: Record<string, Words> = {
  available: { zh: "可用", en: "Available" },
  "to-inspect": { zh: "待验收", en: "To inspect" },
  reserved: { zh: "已预留", en: "Reserved" },
  "in-transit": { zh: "在途", en: "In transit" },
  quarantined: { zh: "已隔离", en: "Quarantined" },
  rejected: { zh: "不合格", en: "Rejected" },
  dispensed: { zh: "已发出", en: "Dispensed" },
  administered: { zh: "已给药", en: "Administered" },
  implanted: { zh: "已植入", en: "Implanted" },
  "sent-back": { zh: "已退供应商", en: "Sent back" },
  wasted: { zh: "已报损", en: "Wasted" },
  destroyed: { zh: "已销毁", en: "Destroyed" },
  missing: { zh: "盘亏", en: "Missing" },
};
