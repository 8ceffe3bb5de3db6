// The jobs as data. All run on one engine (flow.tsx): documents and places in any order, then things,
// then confirm. A scan is recognised by what it is.

import type { Words } from "./api";
import type { IconName } from "./icons";

export type SlotName = "order" | "destination" | "patient" | "parent" | "reason" | "party" | "site" | "surgeon";

export interface Slot {
  name: SlotName;
  needed: boolean;
  ask: Words;
  orders?: string[]; // types of order that it takes
  kinds?: string[]; // kinds of place
  inside?: boolean; // only places inside the station
  implants?: boolean; // asked for where something is implanted
}
export interface Job {
  id: string;
  action: string; // access.Action that it takes at the station
  kind: string | ((category: string | null) => string);
  icon: IconName;
  name: Words;
  hint: Words;
  done: Words; // the button
  go: Words; // under the word of a go
  slots: Slot[];
  counts?: "order" | "stock";
  tone?: "look" | "stop";
  afterwards?: Words; // what to do with the thing now
}

const REASONS: Record<string, Words[]> = {
  quarantine: [
    { zh: "破损或污染", en: "Damaged or dirty" },
    { zh: "疑似质量问题", en: "Suspected defect" },
    { zh: "温度超限", en: "Out of temperature" },
    { zh: "标签不清", en: "Label unreadable" },
    { zh: "召回通知", en: "Recall notice" },
  ],
  waste: [
    { zh: "打碎", en: "Broken" },
    { zh: "配好未用", en: "Prepared, not used" },
    { zh: "过期", en: "Expired" },
    { zh: "患者拒绝或出院", en: "Patient refused or left" },
    { zh: "污染", en: "Contaminated" },
  ],
  return: [
    { zh: "医嘱停了", en: "Order stopped" },
    { zh: "患者出院或转科", en: "Patient left or moved" },
    { zh: "没有用到", en: "Not needed" },
    { zh: "发错", en: "Wrong one sent" },
  ],
};

export const reasonsOf = (job: Job): Words[] => REASONS[job.id] ?? [];

export const SITES: Words[] = [
  { zh: "冠状动脉", en: "Coronary artery" },
  { zh: "左髋关节", en: "Left hip" },
  { zh: "右髋关节", en: "Right hip" },
  { zh: "左膝关节", en: "Left knee" },
  { zh: "右膝关节", en: "Right knee" },
];

const to = (ask: Words, more: Partial<Slot> = {}): Slot => ({ name: "destination", needed: true, ask, ...more });
const order = (orders: string[], ask: Words, needed = false): Slot => ({ name: "order", needed, ask, orders });
const patient: Slot = { name: "patient", needed: true, ask: { zh: "扫患者腕带", en: "Scan the wristband" } };
const reason: Slot = { name: "reason", needed: true, ask: { zh: "选原因", en: "Choose the reason" } };

export const JOBS: Job[] = [
  {
    id: "receive", action: "receive", kind: "received", icon: "truck", counts: "order",
    name: { zh: "收货", en: "Receive" }, hint: { zh: "扫送货单或直接扫货", en: "Scan the note or the goods" },
    done: { zh: "完成收货", en: "Finish" }, go: { zh: "可以收货", en: "Receive it" },
    slots: [
      order(["po", "desadv"], { zh: "送货单（没有就直接扫）", en: "Delivery note, if there is one" }),
      { name: "party", needed: false, ask: { zh: "供应商", en: "Supplier" } },
    ],
  },
  {
    id: "inspect", action: "inspect", kind: "inspected", icon: "clipboard-check",
    name: { zh: "验收", en: "Inspect" }, hint: { zh: "到货待验收的", en: "Arrived, to inspect" },
    done: { zh: "验收合格", en: "Passed" }, go: { zh: "可以验收", en: "Inspect it" }, slots: [],
  },
  {
    id: "putaway", action: "move", kind: "moved", icon: "map-pin",
    name: { zh: "上架", en: "Put away" }, hint: { zh: "扫货，再扫货位", en: "Scan goods, then the shelf" },
    done: { zh: "完成上架", en: "Finish" }, go: { zh: "可以上架", en: "Put it there" },
    slots: [to({ zh: "扫货位", en: "Scan the shelf" }, { inside: true })],
  },
  {
    id: "pick", action: "move", kind: "sent", icon: "package-open", counts: "order",
    name: { zh: "拣货发出", en: "Pick" }, hint: { zh: "按先到期先出", en: "First expired first" },
    done: { zh: "发出", en: "Send" }, go: { zh: "拣对了", en: "Right one" },
    slots: [order(["transfer"], { zh: "扫或选调拨单", en: "Scan or choose the transfer" }, true)],
  },
  {
    id: "send", action: "move", kind: "sent", icon: "arrow-up-right",
    name: { zh: "调出", en: "Transfer out" }, hint: { zh: "扫目的地和货", en: "Scan the place and the goods" },
    done: { zh: "完成调出", en: "Send" }, go: { zh: "可以调出", en: "Send it" },
    slots: [to({ zh: "扫目的地", en: "Scan where it goes" })],
  },
  {
    id: "accept", action: "move", kind: "accepted", icon: "arrow-down-left", counts: "stock",
    name: { zh: "签收", en: "Accept" }, hint: { zh: "发到这里的货", en: "What was sent here" },
    done: { zh: "完成签收", en: "Accept" }, go: { zh: "可以签收", en: "Accept it" },
    slots: [order(["transfer"], { zh: "调拨单（可不扫）", en: "Transfer, if at hand" })],
  },
  {
    id: "dispense", action: "dispense", kind: "dispensed", icon: "pill",
    name: { zh: "发药", en: "Dispense" }, hint: { zh: "扫处方、医嘱或患者，再扫药", en: "Scan order or patient, then drug" },
    done: { zh: "完成发药", en: "Dispense" }, go: { zh: "可以发", en: "Dispense it" },
    slots: [
      order(["prescription", "medication"], { zh: "处方或医嘱（可不扫）", en: "Prescription or order, if at hand" }),
      { ...patient, needed: false, ask: { zh: "患者腕带", en: "Wristband" } },
      to({ zh: "扫发到哪里", en: "Scan where it goes" }),
    ],
  },
  {
    id: "split", action: "split", kind: "split", icon: "split",
    name: { zh: "拆零", en: "Split a pack" }, hint: { zh: "扫整盒，再扫每份的标签", en: "Scan the pack, then each label" },
    done: { zh: "完成拆零", en: "Split" }, go: { zh: "扫每份的标签", en: "Scan the labels" }, slots: [],
  },
  {
    id: "return", action: "return", kind: "returned", icon: "undo-2",
    name: { zh: "退药", en: "Return" }, hint: { zh: "没用的退回来", en: "Unused goods come back" },
    done: { zh: "完成退回", en: "Return" }, go: { zh: "可以退回", en: "Take it back" },
    slots: [reason],
  },
  {
    id: "use", action: "administer", kind: (category) => (category === "implant" ? "implanted" : category === "consumable" ? "used" : "administered"),
    icon: "stamp", name: { zh: "植入与术中用", en: "Implant and use" },
    hint: { zh: "扫腕带，再扫标签", en: "Scan wristband, then labels" },
    done: { zh: "登记", en: "Register" }, go: { zh: "可以用", en: "Use it" },
    slots: [
      patient,
      { name: "site", needed: true, implants: true, ask: { zh: "填植入部位", en: "Fill in the site" } },
      { name: "surgeon", needed: true, implants: true, ask: { zh: "填术者工号", en: "Fill in the surgeon" } },
    ],
  },
  {
    id: "quarantine", action: "quarantine", kind: "quarantined", icon: "shield-alert",
    name: { zh: "隔离", en: "Quarantine" }, hint: { zh: "有问题先隔离", en: "Something wrong: set it apart" },
    done: { zh: "隔离", en: "Quarantine" }, go: { zh: "可以隔离", en: "Set it apart" }, slots: [reason],
    afterwards: { zh: "贴上红标签", en: "Put on the red label" },
  },
  {
    id: "waste", action: "waste", kind: "wasted", icon: "trash-2",
    name: { zh: "报损", en: "Waste" }, hint: { zh: "不能用的", en: "What can't be used" },
    done: { zh: "报损", en: "Waste" }, go: { zh: "可以报损", en: "Waste it" }, slots: [reason],
  },
  {
    id: "recall", action: "quarantine", kind: "quarantined", icon: "shield-alert", tone: "stop",
    name: { zh: "召回", en: "Recall" }, hint: { zh: "找出来，扫一件隔离一件", en: "Find it, scan it, set it apart" },
    done: { zh: "隔离", en: "Quarantine" }, go: { zh: "是召回的，放进红箱", en: "Recalled: into the red box" },
    slots: [], afterwards: { zh: "贴上红标签", en: "Put on the red label" },
  },
];

export const orderTypes = (job: Job): string[] => job.slots.find((slot) => slot.name === "order")?.orders ?? [];

export const jobOf = (id: string): Job | undefined => JOBS.find((job) => job.id === id);

export const kindOf = (job: Job, category: string | null): string =>
  typeof job.kind === "string" ? job.kind : job.kind(category);

// Which job a scanned order begins.
export const jobOfOrder = (type: string, mine: boolean): string =>
  type === "transfer" ? (mine ? "pick" : "accept") : ["prescription", "medication"].includes(type) ? "dispense" : "receive";
