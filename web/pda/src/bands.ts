// A wristband that can't be looked up now: sealed to the hospital's key (ECDH on P-256, HKDF-SHA-256,
// AES-256-GCM), so that it can wait on the disk and be opened by the server alone.

import type { Patient } from "./flow_state";
import { bandKey } from "./people";

export interface Sealed {
  band: string;
  band_sha256: string; // what the device signs instead
}
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const PURPOSE = "medtrace wristband";

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const joined = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(parts.flatMap((part) => [...part]));

// A patient whose band was read and whom nobody has looked up; null: this device has no key for it.
export async function sealBand(band: string): Promise<(Patient & { sealed: Sealed }) | null> {
  const key = bandKey();
  if (!key || !crypto.subtle) return null;
  const text = band.trim();
  const closed = base64(await seal(new TextEncoder().encode(text), Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0))));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(closed)));
  const band_sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { patient: "", bed: "", name: "", tail: text.slice(-4), sealed: { band: closed, band_sha256 } };
}

async function seal(plain: Uint8Array<ArrayBuffer>, theirs: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { subtle } = crypto;
  const mine = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await subtle.exportKey("raw", mine.publicKey));
  const other = await subtle.importKey("raw", theirs, CURVE, false, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: other }, mine.privateKey, 256);
  const info = joined(new TextEncoder().encode(PURPOSE), point, theirs);
  const stretched = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, stretched, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return joined(point, iv, new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, plain)));
}
