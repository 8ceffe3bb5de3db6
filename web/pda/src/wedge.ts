// A wedge scanner is a keyboard that types fast and ends with Enter (or Tab). Its keystrokes are
// caught wherever the focus is, and its Enter never presses a button. Readers that deliver a whole
// text to a focused field (Android intents in "keystroke" or "paste" mode) are caught there too.

import { readCode } from "./codes";
import { get, put } from "./db";

const GS = "\u001d";
const TOGETHER = 400; // ms between two keys of one scan: readers need 1 to 30, a busy device stalls
const STALL = 2_500; // ms that a device may stand still in the middle of a scan
const QUIET = 500; // ms after the last key until a scan without Enter counts as ended
const EARLY = 10_000; // ms that a scan waits for a screen that takes it
const SHORTEST = 4;
export const SPELLINGS = [
  "<GS>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "<F8>", "{F8}", "<0x1D>", "<1D>", "\\x1d", "\\x1D", "\\u001d",
  "\\u001D", "\\035", "^]", "\u241d", "\u001b[19~", "~1", "|", "\u00e8",
];

export interface Habits {
  prefix: string;
  suffix: string;
  spelling: string; // how this reader writes GS; empty: as it is, or by any known spelling
}

let habits: Habits = { prefix: "", suffix: "", spelling: "" };
let target: ((raw: string) => void) | null = null;
let rawTarget: ((typed: string) => void) | null = null;
let early: { raw: string; at: number } | null = null;
let keys = "";
let breaks: number[] = []; // where in `keys` the device or the reader paused
let endsWithEnter = false; // so does this reader: half of what it sends is never taken for all
let fast = false;
let lastKey = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export async function restoreHabits(): Promise<void> {
  habits = (await get<Habits>("reader")) ?? habits;
}

export const readerHabits = (): Habits => habits;

export async function setHabits(found: Habits): Promise<void> {
  habits = found;
  await put("reader", found);
}

export function onScan(handler: (raw: string) => void): () => void {
  const before = target;
  target = handler;
  if (early) {
    const { raw, at } = early;
    early = null;
    if (performance.now() - at < EARLY) queueMicrotask(() => scan(raw));
  }
  return () => {
    if (target === handler) target = before;
  };
}

// The calibration page wants what arrives, before anything is cut off or replaced.
export function onTyped(handler: (typed: string) => void): () => void {
  rawTarget = handler;
  return () => {
    rawTarget = null;
  };
}

export function cleaned(typed: string): string {
  let text = typed;
  if (habits.prefix && text.startsWith(habits.prefix)) text = text.slice(habits.prefix.length);
  if (habits.suffix && text.endsWith(habits.suffix)) text = text.slice(0, -habits.suffix.length);
  if (habits.spelling) return text.split(habits.spelling).join(GS);
  return SPELLINGS.reduce((found, spelling) => found.split(spelling).join(GS), text);
}

export function scan(typed: string): void {
  const text = typed.replace(/[\r\n\t]+$/, "");
  if (!text) return;
  if (rawTarget) rawTarget(text);
  else if (target) target(cleaned(text));
  else early = { raw: text, at: performance.now() };
}

// What was typed so far was no scan (a PIN).
export function forgetKeys(): void {
  empty();
  lastKey = 0;
}

function empty(): void {
  clearTimeout(timer);
  keys = "";
  breaks = [];
  fast = false;
}

const writes = (element: Element | null): element is HTMLInputElement | HTMLTextAreaElement =>
  element instanceof HTMLTextAreaElement ||
  (element instanceof HTMLInputElement && !["radio", "checkbox", "button", "submit", "file"].includes(element.type));

const names = (typed: string): boolean => readCode(cleaned(typed)).key !== null;

// A pause is a stall in the middle of one scan, or keys before it that have nothing to do with it:
// what names a thing tells which, and else it was a stall.
function typedTogether(): string {
  if (!breaks.length || names(keys)) return keys;
  const last = keys.slice(breaks.at(-1));
  return names(last) ? last : keys;
}

function finish(): void {
  const text = typedTogether();
  empty();
  if (text.length >= SHORTEST) scan(text);
}

// A long scan without Enter ends when no key follows. A timer that comes late says that the device
// stood still, and keys may wait behind it.
function finishWhenQuiet(wait: number): void {
  clearTimeout(timer);
  const due = performance.now() + wait;
  timer = setTimeout(() => {
    if (keys.length <= 8) return;
    if (performance.now() - due > TOGETHER) finishWhenQuiet(QUIET);
    else if (endsWithEnter && wait < STALL) finishWhenQuiet(STALL);
    else finish();
  }, wait);
}

function separator(event: KeyboardEvent): boolean {
  return event.key === GS || (event.ctrlKey && (event.code === "BracketRight" || event.key === "]"));
}

// In a field a scan shows by its speed: what it typed is taken out again.
function takeBack(field: HTMLInputElement | HTMLTextAreaElement): void {
  const typed = keys.split(GS).join("");
  if (field.dataset["scan"] === "own") return;
  if (field.value.endsWith(typed)) {
    field.value = field.value.slice(0, -typed.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function keydown(event: KeyboardEvent): void {
  if (event.isComposing || event.altKey || event.metaKey) return;
  const active = document.activeElement;
  const sink = (active as HTMLElement | null)?.dataset?.["scan"] === "sink";
  const field = writes(active) && !sink ? active : null;
  const at = event.timeStamp;
  const gap = at - lastKey;
  if (event.key === "Enter" || event.key === "Tab") {
    const scanned = keys.length >= SHORTEST && (fast || !field) && gap < STALL;
    if (event.key === "Enter") event.preventDefault(); // Space presses; Enter belongs to the scanner
    if (scanned) {
      event.preventDefault();
      if (field) takeBack(field);
      endsWithEnter = true;
      finish();
    } else {
      if (field && event.key === "Enter") field.dispatchEvent(new CustomEvent("enter", { bubbles: true }));
      empty();
    }
    return;
  }
  const isGs = separator(event);
  if (!isGs && (event.key.length !== 1 || event.ctrlKey)) return;
  if (gap > (field ? TOGETHER : STALL)) {
    empty();
    fast = true;
  } else if (keys && gap > TOGETHER) breaks.push(keys.length);
  if (keys.length && gap > 45 && field) fast = false;
  keys += isGs ? GS : event.key;
  lastKey = at;
  if (isGs || sink) event.preventDefault(); // the waiting field gets nothing twice
  else if (!field && event.key === " ") {
    if (keys.length > 1) event.preventDefault(); // a blank inside a scan presses nothing
  }
  if (!field) finishWhenQuiet(QUIET);
}

// What an input method or an intent puts into the waiting field, at once or letter by letter,
// without keys that can be told (Android reports them as 229).
let sinkTimer: ReturnType<typeof setTimeout> | undefined;

function input(event: Event): void {
  const sink = event.target as HTMLInputElement;
  if (sink.dataset?.["scan"] !== "sink") return;
  clearTimeout(sinkTimer);
  const flush = () => {
    const value = sink.value;
    sink.value = "";
    if (value.trim().length >= SHORTEST) scan(value);
  };
  if (/[\r\n\t]$/.test(sink.value)) flush();
  else sinkTimer = setTimeout(flush, QUIET);
}

function paste(event: ClipboardEvent): void {
  if (writes(document.activeElement) && (document.activeElement as HTMLElement).dataset["scan"] !== "sink") return;
  const text = event.clipboardData?.getData("text") ?? "";
  if (text.length < SHORTEST) return;
  event.preventDefault();
  scan(text);
}

export function listen(): void {
  document.addEventListener("keydown", keydown, true);
  document.addEventListener("keyup", (event) => event.key === "Enter" && event.preventDefault(), true);
  document.addEventListener("input", input, true);
  document.addEventListener("paste", paste, true);
}
