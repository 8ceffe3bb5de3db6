// Who is at the device: signed in by the server, or out of reach by what the device keeps of them.
// Kept is a slow hash of badge and PIN with a salt of its own, never the server's; it runs out, and
// is thrown away when the server no longer trusts it or after five wrong PINs.

import { call, Problem, Unreachable } from "./api";
import { now } from "./clock";
import { get, put } from "./db";
import { changed, state, type Person } from "./state";

interface Kept extends Person {
  salt: string;
  memory: number;
  passes: number;
  hash: string;
  until: number;
  grant: string;
  bandKey: string;
  sendUntil: number;
  wrong: number;
}
interface Session extends Person {
  session: string;
}
interface Grant {
  grant: string;
  salt: string;
  memory_kib: number;
  passes: number;
  sign_in_until: string;
  send_until: string;
  band_key: string;
}

const IDLE = 5 * 60_000;
let kept: Kept[] = [];
let touched = Date.now();
let dataKey: CryptoKey | null = null;
let keeping: Promise<void> = Promise.resolve();

export class SignInFailed extends Error {
  constructor(
    readonly zh: string,
    readonly en: string,
  ) {
    super(en);
  }
}

export async function restorePeople(): Promise<void> {
  kept = (await get<Kept[]>("people")) ?? [];
  const stored = sessionStorage.getItem("session");
  if (stored) {
    const found = JSON.parse(stored) as { person: Person; grant: string | null; session: string | null };
    Object.assign(state, found);
  }
}

// Badge and PIN; with the server where it answers, else by what is kept.
export async function signIn(badge: string, pin: string): Promise<void> {
  let session: Session;
  dataKey = null;
  try {
    session = await call<Session>("POST", "/session", { badge, pin });
  } catch (error) {
    if (error instanceof Unreachable) return signInAlone(badge, pin);
    throw error;
  }
  const person = { number: session.number, name: session.name, roles: session.roles, actions: session.actions };
  enter(person, grantOf(person.number), session.session);
  keeping = keepPerson(person, badge, pin).catch((error: unknown) => {
    // Without leave to work out of reach everything else works.
    if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
  });
  await keeping;
}

// The network may go while a person is being let in: what they keep is opened when that is done.
export const letIn = (): Promise<void> => keeping;

// Leave that the device has for somebody, to send in what they did.
export const grantOf = (number: string): string | null =>
  kept.find((each) => each.number === number && each.sendUntil > now().getTime())?.grant ?? null;

// What wristbands are sealed with; null: whoever is here has no leave to work out of reach.
export const bandKey = (): string | null => kept.find((each) => each.number === state.person?.number)?.bandKey ?? null;

async function keepPerson(person: Person, badge: string, pin: string): Promise<void> {
  // The key stays the same while badge and PIN do, so what was kept before can still be read.
  const before = kept.find((each) => each.number === person.number);
  let made = before && (await stretch(badge, pin, before.salt, before.memory, before.passes));
  if (made && made.hash === before?.hash) dataKey = made.key;
  else made = undefined;
  const grant = await call<Grant>("POST", "/session/offline", {});
  const same = made && before?.memory === grant.memory_kib && before.passes === grant.passes;
  const salt = same ? before.salt : grant.salt;
  if (!same || !made) made = await stretch(badge, pin, salt, grant.memory_kib, grant.passes);
  const entry: Kept = {
    ...person,
    salt,
    memory: grant.memory_kib,
    passes: grant.passes,
    hash: made.hash,
    until: Date.parse(grant.sign_in_until),
    grant: grant.grant,
    bandKey: grant.band_key,
    sendUntil: Date.parse(grant.send_until),
    wrong: 0,
  };
  kept = [...kept.filter((each) => each.number !== person.number), entry];
  await put("people", kept);
  if (state.person?.number !== person.number) return;
  dataKey = made.key;
  enter(person, grant.grant, state.session);
}

async function signInAlone(badge: string, pin: string): Promise<void> {
  const there = kept.filter((each) => each.until > now().getTime());
  if (!there.length) {
    throw new SignInFailed("没有网络，这台机器不认识你。连上网再登录", "No network, and this device doesn't know you. Sign in when it is back");
  }
  for (const each of there) {
    const made = await stretch(badge, pin, each.salt, each.memory, each.passes);
    if (made.hash !== each.hash) continue;
    each.wrong = 0;
    dataKey = made.key;
    await put("people", kept);
    return enter({ number: each.number, name: each.name, roles: each.roles, actions: each.actions }, each.grant, null);
  }
  // Whose badge it is can't be told without the PIN, so a wrong try counts against all.
  for (const each of there) each.wrong += 1;
  kept = kept.filter((each) => each.wrong < 5);
  await put("people", kept);
  throw new SignInFailed("工牌或 PIN 不对", "Wrong badge or PIN");
}

async function stretch(badge: string, pin: string, salt: string, memory: number, passes: number) {
  const { argon2id } = await import("./argon2");
  const bytes = Uint8Array.from(atob(salt), (letter) => letter.charCodeAt(0));
  const made = await argon2id(`${badge}\0${pin}`, bytes, memory, passes);
  const hash = [...made.slice(0, 32)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const key = crypto.subtle
    ? await crypto.subtle.importKey("raw", made.slice(32), "AES-GCM", false, ["encrypt", "decrypt"])
    : null;
  return { hash, key };
}

function enter(person: Person, grant: string | null, session: string | null): void {
  Object.assign(state, { person, grant, session, locked: false });
  touched = Date.now();
  sessionStorage.setItem("session", JSON.stringify({ person, grant, session }));
  changed();
}

export async function signOut(): Promise<void> {
  if (state.session) await call("DELETE", "/session").catch(() => undefined);
  leave();
}

export function leave(): void {
  Object.assign(state, { person: null, grant: null, session: null, locked: false });
  dataKey = null;
  sessionStorage.removeItem("session");
  changed();
}

// The server names whom it still trusts here; whoever is not among them signs in with it again.
export async function trusted(numbers: string[]): Promise<void> {
  const left = kept.filter((each) => numbers.includes(each.number));
  if (left.length === kept.length) return;
  kept = left;
  await put("people", kept);
}

export const keptPeople = (): { number: string; until: number }[] =>
  kept.map((each) => ({ number: each.number, until: each.until }));

// Who leaves the device lying there is asked again.
export function touch(): void {
  touched = Date.now();
}

export function watchIdle(): void {
  setInterval(() => {
    if (state.person && !state.locked && Date.now() - touched > IDLE) {
      state.locked = true;
      state.session = null;
      changed();
    }
  }, 5_000);
}

export const canOpen = (): boolean => dataKey !== null;

// What is kept about patients can be read only while its person is signed in.
export async function sealed(value: unknown): Promise<{ iv: Uint8Array; data: ArrayBuffer } | null> {
  if (!dataKey) return null;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, dataKey, new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data };
}

export async function opened<T>(box: { iv: Uint8Array; data: ArrayBuffer } | undefined): Promise<T | null> {
  if (!box || !dataKey) return null;
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv as BufferSource }, dataKey, box.data);
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    return null;
  }
}
