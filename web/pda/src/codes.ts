// What a code is and which thing it names, as far as the device can tell alone. The server reads
// every code again (scanning/): this is for recognising and for working out of reach.

const GS = "\u001d";
const RESOLVER = "https://id.gs1.org";

export interface Code {
  raw: string;
  key: string | null;
  piece: boolean; // one thing with a code of its own
  lot: string | null;
  serial: string | null;
  expiry: string | null;
  quantity: number | null;
  container: boolean;
}

const blank = (raw: string): Code => ({
  raw, key: null, piece: false, lot: null, serial: null, expiry: null, quantity: null, container: false,
});

export function readCode(raw: string): Code {
  const { text, gs1 } = withoutCarrier(raw.replace(/[\r\n\t]+$/, ""));
  return (
    drug(raw, text) ?? link(raw, text) ?? elements(raw, text, gs1) ?? ma(raw, text) ?? hibc(raw, text) ??
    inHouse(raw, text) ?? retail(raw, text) ?? blank(raw)
  );
}

const GS1_CARRIERS = /^\](C1|J1|Q3|Q4|d2|d5|d8|db|e0|e1|e2)/;

function withoutCarrier(text: string): { text: string; gs1: boolean } {
  if (!/^\][A-Za-z][0-9a-z]/.test(text)) return { text, gs1: text.startsWith("(") || text.includes(GS) };
  return { text: text.slice(3), gs1: GS1_CARRIERS.test(text) };
}

const escaped = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function drug(raw: string, text: string): Code | null {
  const found = /^\d{20}$/.test(text) && text[0] === "8" ? [text] : text.match(/(?<!\d)8\d{19}(?!\d)/g);
  if (!found || new Set(found).size !== 1 || /^\(/.test(text)) return null;
  return { ...blank(raw), key: `urn:medtrace:cn-drug:${found[0]}`, piece: true, serial: found[0]!.slice(7) };
}

// Lengths of AIs by their first digits, and of values that are cut without a separator
// (GS1 General Specifications 5.10.1).
const AI_LENGTH: [RegExp, number][] = [
  [/^(0[0-4]|1\d|2[0-2]|30|37|9\d)/, 2],
  [/^(2[3-5]|40|41|42|71)/, 3],
  [/^(3[1-69]|43|70|72|8\d)/, 4],
];
const FIXED: Record<string, number> = {
  "00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "11": 6, "12": 6, "13": 6, "14": 6, "15": 6, "16": 6,
  "17": 6, "18": 6, "19": 6, "20": 2, "31": 6, "32": 6, "33": 6, "34": 6, "35": 6, "36": 6, "41": 13,
};

function elements(raw: string, text: string, gs1: boolean): Code | null {
  const found = text.startsWith("(") ? bracketed(text) : gs1 || /^(01\d{14}|00\d{18}$)/.test(text) ? plain(text) : null;
  return found && named(raw, found);
}

function bracketed(text: string): Map<string, string> | null {
  const found = new Map<string, string>();
  for (const match of text.matchAll(/\((\d{2,4})\)([^(]*)/g)) found.set(match[1]!, match[2]!);
  return found.size ? found : null;
}

function plain(text: string): Map<string, string> | null {
  const found = new Map<string, string>();
  let rest = text.startsWith(GS) ? text.slice(1) : text;
  while (rest) {
    const length = AI_LENGTH.find(([head]) => head.test(rest))?.[1];
    if (!length) return null;
    const ai = rest.slice(0, length);
    rest = rest.slice(length);
    const fixed = FIXED[ai.slice(0, 2)];
    const end = rest.indexOf(GS);
    const size = fixed ?? (end < 0 ? rest.length : end);
    const value = rest.slice(0, size);
    if (!value || (fixed !== undefined && value.length < fixed)) return null;
    found.set(ai, value);
    rest = rest.slice(size);
    if (rest.startsWith(GS)) rest = rest.slice(1);
  }
  return found.size ? found : null;
}

function link(raw: string, text: string): Code | null {
  if (!/^https?:\/\//i.test(text)) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const parts = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const start = parts.findIndex((part, place) => ["01", "00"].includes(part) && parts[place + 1]);
  if (start < 0) return null;
  const found = new Map<string, string>();
  for (let place = start; place + 1 < parts.length; place += 2) found.set(parts[place]!, parts[place + 1]!);
  for (const [name, value] of url.searchParams) if (/^\d{2,4}$/.test(name)) found.set(name, value);
  return named(raw, found);
}

function named(raw: string, found: Map<string, string>): Code | null {
  const code = { ...blank(raw), lot: found.get("10") ?? null, serial: found.get("21") ?? null };
  code.expiry = date(found.get("17") ?? found.get("15") ?? null);
  code.quantity = Number(found.get("30") ?? found.get("37") ?? 0) || null;
  const sscc = found.get("00");
  const gtin = (found.get("01") ?? "").padStart(14, "0");
  if (sscc) return { ...code, key: `${RESOLVER}/00/${sscc}`, piece: true, container: true };
  if (!found.has("01")) return null;
  if (!checkDigit(gtin)) return { ...code, key: null };
  const start = `${RESOLVER}/01/${gtin}`;
  if (code.serial) return { ...code, key: `${start}/21/${escaped(code.serial)}`, piece: true };
  return { ...code, key: code.lot ? `${start}/10/${escaped(code.lot)}` : start };
}

export function checkDigit(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, place) => total + Number(digit) * (place % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

// YYMMDD; day 00 is the last of the month (GS1 General Specifications 3.4.7).
function date(text: string | null): string | null {
  if (!text || !/^\d{6}$/.test(text)) return null;
  const year = 2000 + Number(text.slice(0, 2));
  const month = Number(text.slice(2, 4));
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const day = Number(text.slice(4)) || last;
  if (month < 1 || month > 12 || day > last) return null;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function retail(raw: string, text: string): Code | null {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return null;
  const gtin = text.padStart(14, "0");
  return checkDigit(gtin) ? { ...blank(raw), key: `${RESOLVER}/01/${gtin}` } : null;
}

function ma(raw: string, text: string): Code | null {
  const match = /MA\.\d{3}\.[A-Z0-9]{2}\.[A-Z0-9]{6}\.[A-Z0-9]{8}(?:\.[A-Za-z0-9\-_/]*)*/.exec(text);
  if (!match) return null;
  const parts = match[0].split(".");
  const code = blank(raw);
  for (const part of parts.slice(5)) {
    const value = part.slice(1);
    if (part[0] === "S") code.serial = value;
    if (part[0] === "L") code.lot = value;
    if (part[0] === "E" || part[0] === "V") code.expiry = date(value) ?? code.expiry;
  }
  return keyed(code, "ma", parts.slice(0, 5).join("."));
}

function hibc(raw: string, text: string): Code | null {
  const match = /^\+([A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}\d)(\/.*)?.$/.exec(text);
  if (!match) return null;
  const code = blank(raw);
  const first = (match[2] ?? "").slice(1).split("/")[0] ?? "";
  if (first.startsWith("$$") || first.startsWith("$")) return { ...code, key: null };
  return keyed(code, "hibc", match[1]!);
}

function keyed(code: Code, scheme: string, di: string): Code {
  const parts = [scheme, di, ...(code.serial ?? code.lot ? [code.serial ?? code.lot!] : [])];
  return { ...code, key: ["urn:medtrace", ...parts.map((part) => escaped(part))].join(":"), piece: code.serial !== null };
}

function inHouse(raw: string, text: string): Code | null {
  if (!/^MT[0-9A-HJKMNP-TV-Z]{16}[0-9A-Z*]$/.test(text)) return null;
  return { ...blank(raw), key: `urn:medtrace:in-house:${text}`, serial: text, piece: true };
}

// The product's part of a key, as trace/keys.py cuts it.
export function identifierOf(key: string): string {
  const gtin = `${RESOLVER}/01/`;
  if (key.startsWith(gtin)) return key.slice(0, gtin.length + 14);
  const drugs = "urn:medtrace:cn-drug:";
  if (key.startsWith(drugs)) return key.slice(0, drugs.length + 7);
  return key.split(":").slice(0, 4).join(":");
}

// The part of a code that people compare.
export function shown(raw: string, key: string | null): string {
  const serial = key ? /\/21\/([^/]+)$/.exec(key)?.[1] : null;
  if (serial) return decodeURIComponent(serial);
  if (key?.startsWith("urn:medtrace:cn-drug:")) return key.slice("urn:medtrace:cn-drug:".length);
  const gtin = key ? /\/01\/(\d{14})(?:\/10\/|$)/.exec(key)?.[1] : null; // the lot stands beside it
  if (gtin) return gtin;
  if (key?.startsWith(`${RESOLVER}/00/`)) return key.slice(`${RESOLVER}/00/`.length);
  return raw.replace(/^\][A-Za-z][0-9a-z]/, "").replace(/[\u0000-\u001f]/g, " ").trim();
}
