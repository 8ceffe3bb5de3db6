// The device's own key (ECDSA on P-256): it signs what is sent in, so that nobody who keeps the ledger
// can make up a record in its name. WebCrypto holds the private half and gives it to nobody.

import { call, Problem, sendSigned } from "./api";
import { get, put } from "./db";

interface DeviceKey {
  pair: CryptoKeyPair;
  id: string | null; // null: not registered yet
}
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const STORED = "device-key";
let known: Promise<DeviceKey | null> | null = null;

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const signature = async (key: CryptoKey, text: string): Promise<string> =>
  base64(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(text)));

// JSON in canonical form (RFC 8785): members by their names in UTF-16, numbers as ECMAScript writes them.
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(",")}}`;
}

async function kept(): Promise<DeviceKey | null> {
  if (!crypto.subtle) return null;
  const found = await get<DeviceKey>(STORED);
  if (found) return found;
  const made = { pair: await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]), id: null };
  await put(STORED, made);
  return made;
}

// Makes the key on first use and shows the server that the device holds it.
async function registered(): Promise<DeviceKey | null> {
  const key = await (known ??= kept());
  if (!key || key.id) return key;
  const { device_id } = await call<{ device_id: string }>("GET", "/device");
  const body = {
    public_key: base64(await crypto.subtle.exportKey("spki", key.pair.publicKey)),
    proof: await signature(key.pair.privateKey, `medtrace device key ${device_id}`),
  };
  key.id = (await call<{ key_id: string }>("POST", "/device/key", body)).key_id;
  await put(STORED, key);
  return key;
}

// The key's registration must not hold up the work: what can't be signed is sent without.
export async function registerKey(): Promise<void> {
  await registered().catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
  });
}

export async function forgetKey(): Promise<void> {
  known = null;
  await put(STORED, undefined);
}

// What a person shows to sign; never kept.
export interface Signature {
  badge?: string;
  pin: string;
}

type Part = Record<string, unknown>;
const BY_PEOPLE = ["event", "correction"]; // what people sign
// What stays in the ledger for ever: the body without PINs, wristbands and leave to send in.
function withoutSecrets(body: Record<string, Part[]>): Record<string, Part[]> {
  const bare = ({ signatures: _signatures, ...rest }: Part): Part => rest;
  const whole = (part: Part): Part => {
    const { grant: _grant, band: _band, ...rest } = bare(part);
    for (const name of BY_PEOPLE) if (rest[name]) rest[name] = bare(rest[name] as Part);
    return rest;
  };
  return Object.fromEntries(Object.entries(body).map(([name, parts]) => [name, parts.map(whole)]));
}

// Sends a batch of records, signed. A server that doesn't know the key any more (it was restored from
// a backup) is shown it again, once; a signature is no reason to keep records back.
export async function callSigned<T>(path: string, body: Record<string, Part[]>, patience: number): Promise<T> {
  const text = canonical(withoutSecrets(body));
  for (let again = 0; again < 2; again++) {
    const key = await registered().catch((error: unknown) => {
      if (error instanceof Problem) return null;
      throw error;
    });
    if (!key?.id) break;
    const headers = { "Medtrace-Key": key.id, "Medtrace-Signature": await signature(key.pair.privateKey, text) };
    try {
      return await sendSigned<T>(path, body, patience, headers);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "too-large") break; // more than an entry of the ledger holds
      if (!UNSIGNED.has(error.field ?? "")) throw error;
      key.id = null;
    }
  }
  return call<T>("POST", path, body, patience);
}
const UNSIGNED = new Set(["key_id", "signature", "Medtrace-Key", "Medtrace-Signature"]);
