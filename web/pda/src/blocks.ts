// Whether an open recall holds goods, as inventory/extent.py decides it. What the label doesn't say
// never takes goods out: a lot that is not known may be any.

export interface Extent {
  lots: string[];
  patterns?: string[];
  ranges?: [string, string][];
  serials?: [string, string][];
  expiry?: [string | null, string | null];
  produced?: [string | null, string | null];
  received?: [string | null, string | null];
  supplier?: string;
}
export interface Block {
  case: string;
  class: string;
  product: string;
  name: string;
  identifiers: string[];
  extent: Extent;
}
export interface Goods {
  lot: string | null;
  serial: string | null;
  expiry: string | null;
}

const runs = (name: string): string[] => name.match(/[0-9]+|[^0-9]+/g) ?? [];
const build = (name: string): string => runs(name).map((run) => (/\d/.test(run[0]!) ? "9" : "A")).join("");

function compare(one: string, other: string): number {
  const [a, b] = [runs(one), runs(other)];
  for (let place = 0; place < Math.min(a.length, b.length); place++) {
    const found = compareRun(a[place]!, b[place]!);
    if (found) return found;
  }
  return a.length - b.length;
}

function compareRun(one: string, other: string): number {
  const [digits, others] = [/^\d/.test(one), /^\d/.test(other)];
  if (digits !== others) return digits ? -1 : 1;
  if (!digits) return one < other ? -1 : one > other ? 1 : 0;
  const [x, y] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}

const inRange = ([first, last]: [string, string], name: string): boolean =>
  [build(first), build(last)].includes(build(name)) && compare(first, name) <= 0 && compare(name, last) <= 0;

const asPattern = (text: string): RegExp =>
  new RegExp(`^${[...text].map((sign) => (sign === "*" ? ".*" : sign === "?" ? "." : sign.replace(/[\\^$.|+()[\]{}]/g, "\\$&"))).join("")}$`, "s");

function names(extent: Extent, lot: string | null): boolean {
  const { lots, patterns = [], ranges = [] } = extent;
  if (lots.includes("*") || !(lots.length || patterns.length || ranges.length)) return true;
  if (lot === null) return true;
  return lots.includes(lot) || ranges.some((range) => inRange(range, lot)) || patterns.some((each) => asPattern(each).test(lot));
}

export function covers(extent: Extent, goods: Goods): boolean {
  if (!names(extent, goods.lot)) return false;
  const [first, last] = extent.expiry ?? [null, null];
  if (goods.expiry && ((first && goods.expiry < first) || (last && goods.expiry > last))) return false;
  return !extent.serials?.length || goods.serial === null || extent.serials.some((range) => inRange(range, goods.serial!));
}
