// The server: who asks, how long to wait, and whether it is there at all.

import { measure, now, iso } from "./clock";
import { get, put, remove } from "./db";
import { changed, state } from "./state";

const ROOT = "/api/handheld/v1";
const PATIENCE = 4_000;

export interface Words {
  zh: string;
  en: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: Words,
    readonly field: string | null,
  ) {
    super(code);
  }
}

// No answer: nobody knows whether the server got it.
export class Unreachable extends Error {}

let token: string | null = null;

export async function restoreToken(): Promise<boolean> {
  token = (await get<string>("device-token")) ?? null;
  return token !== null;
}

export async function enrol(code: string, name: string): Promise<void> {
  const body = { code: code.trim(), name, hardware: navigator.userAgent.slice(0, 200), software: __VERSION__ };
  const answer = await call<{ token: string }>("POST", "/enrolment", body);
  await put("device-token", answer.token);
  token = answer.token;
}

export async function forgetToken(): Promise<void> {
  await remove("device-token");
  token = null;
}

const __VERSION__ = "0.2.0";

function headers(json: boolean): Record<string, string> {
  const found: Record<string, string> = {
    "Medtrace-Software": __VERSION__,
    "Medtrace-Clock": iso(new Date()),
    "Accept-Language": state.language,
  };
  if (json) found["Content-Type"] = "application/json";
  if (token) found["Authorization"] = `Bearer ${token}`;
  if (state.session) found["Medtrace-Session"] = state.session;
  return found;
}

export function setOnline(there: boolean): void {
  if (state.online === there) return;
  state.online = there;
  state.offlineSince = there ? null : (state.offlineSince ?? now().getTime());
  changed();
  if (there) window.dispatchEvent(new Event("reached"));
}

export const sendSigned = <T>(path: string, body: unknown, patience: number, signed: Record<string, string>): Promise<T> =>
  call<T>("POST", path, body, patience, signed);

export async function call<T>(
  method: string, path: string, body?: unknown, patience = PATIENCE, more: Record<string, string> = {},
): Promise<T> {
  const form = body instanceof FormData;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  let answer: Response;
  let text: string;
  const sent = performance.now();
  try {
    answer = await fetch(ROOT + path, {
      method,
      headers: { ...headers(body !== undefined && !form), ...more },
      body: form ? body : body === undefined ? undefined : JSON.stringify(body),
      signal: stop.signal,
      credentials: "omit",
      cache: "no-store",
    });
    text = await answer.text();
  } catch {
    setOnline(false);
    throw new Unreachable();
  } finally {
    clearTimeout(timer);
  }
  // A proxy that answers for a server that is gone is no answer.
  if ([502, 503, 504].includes(answer.status)) {
    setOnline(false);
    throw new Unreachable();
  }
  setOnline(true);
  const told = text ? parsed(text) : null;
  if (!answer.ok) {
    const problem = (told ?? {}) as { code?: string; text?: Words; field?: string };
    const words = problem.text ?? { zh: `没存上（${answer.status}）`, en: `Not saved (${answer.status})` };
    if (answer.status === 401 && problem.code === "not-signed-in" && state.session) sessionEnded();
    throw new Problem(answer.status, problem.code ?? "internal", atDevice(problem.code, words), problem.field ?? null);
  }
  const clock = (told as { now?: unknown } | null)?.now;
  if (typeof clock === "number") measure(clock, sent, performance.now());
  return told as T;
}

// The server says it for every door; here people show badge and PIN.
const atDevice = (code: string | undefined, { zh, en }: Words): Words =>
  code === "sign-in-failed"
    ? { zh: zh.replace("工号或密码", "工牌或 PIN "), en: en.replace("number or password", "badge or PIN") }
    : { zh, en };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sessionEnded(): void {
  state.session = null;
  state.locked = true;
  sessionStorage.removeItem("session");
  changed();
}
