// Counting: what is there, held against what the device's copy says, lot by lot. Sent as counted;
// the books are held against it on the server, and somebody else approves.

import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { Camera } from "./camera";
import { iso, now, uuid7 } from "./clock";
import { shown } from "./codes";
import { copy, firstCopy, isHere, placeName, station, type Product } from "./copy";
import { get, put } from "./db";
import { number, say, t } from "./i18n";
import { Shape } from "./icons";
import { judge, type Reading } from "./judge";
import { Banner, Button, Empty, Foot, Header, Stepper } from "./parts";
import { StorageFull } from "./queue";
import { keepAndAsk } from "./sending";
import { recognise } from "./recognise";
import { go } from "./router";
import { play } from "./sound";
import { state, useStore } from "./state";
import { onScan, scan } from "./wedge";

interface Seen {
  reading: Reading;
  quantity: number;
}
interface Line {
  name: string;
  product: Product | null;
  lot: string;
  expiry: string | null;
  expected: number;
  counted: number;
}

class Counting {
  place = station();
  seen: Seen[] = [];
  busy = false;
  said: { verdict: "go" | "look" | "stop"; word?: string; text: string } | null = null;
  private line: Promise<void>; // whatever is scanned waits for what came before it

  constructor(private readonly again: () => void) {
    this.line = this.restore();
  }

  private get draft(): string {
    return `count-${state.person?.number}`;
  }

  private async restore(): Promise<void> {
    const draft = await get<{ place: string; seen: Seen[] }>(this.draft).catch(() => undefined);
    if (draft) Object.assign(this, draft);
    this.again();
    await firstCopy();
  }

  private async save(): Promise<void> {
    await put(this.draft, { place: this.place, seen: this.seen }).catch(() => undefined);
  }

  scan(raw: string): Promise<void> {
    this.line = this.line.then(() => this.one(raw)).catch((error: unknown) => this.tell("stop", String(error)));
    return this.line;
  }

  private async one(raw: string): Promise<void> {
    state.scanned += 1;
    const found = recognise(raw);
    if (found.is === "place") {
      if (!isHere(found.place.code)) this.tell("stop", t("不在本站点里。扫这里的货位", "Not in this station"));
      else if (this.seen.length && found.place.code !== this.place) this.tell("look", t("先提交这个货位的", "Submit this shelf first"));
      else {
        this.place = found.place.code;
        this.tell("go", t("开始点", "Count here"), found.place.name);
      }
    } else await this.thing(raw);
    this.again();
    await this.save();
  }

  private async thing(raw: string): Promise<void> {
    const reading = await judge(raw, null);
    if (!reading.key) return this.tell("stop", say(reading.text) || t("认不出这个码", "Unknown code"));
    const same = this.seen.find((each) => each.reading.key === reading.key);
    if (same && reading.piece) return this.tell("look", t("这一件点过了", "Counted already"));
    if (same) same.quantity += reading.quantity ?? 1;
    else this.seen = [...this.seen, { reading, quantity: reading.quantity ?? 1 }];
    play("go");
    this.said = null;
  }

  private tell(verdict: "go" | "look" | "stop", text: string, word?: string): void {
    this.said = { verdict, text, word };
    play(verdict);
  }

  takeBack(): void {
    const last = this.seen.at(-1);
    if (!last) return;
    if (!last.reading.piece && last.quantity > 1) last.quantity -= 1;
    else this.seen = this.seen.slice(0, -1);
    void this.save();
    this.again();
  }

  set(line: Line, quantity: number): void {
    const found = this.seen.find((each) => !each.reading.piece && lineName(each.reading) === line.name);
    if (found) found.quantity = quantity;
    void this.save();
    this.again();
  }

  get lines(): Line[] {
    const lines = new Map<string, Line>();
    for (const lot of copy.stock.values()) {
      const rows = lot.rows.filter((row) => row.location === this.place && row.status !== "in-transit");
      const expected = rows.reduce((sum, row) => sum + row.quantity, 0);
      const product = copy.products.get(lot.product) ?? null;
      if (expected) lines.set(`${lot.product} ${lot.lot}`, { name: `${lot.product} ${lot.lot}`, product, lot: lot.lot, expiry: rows[0]!.expiry, expected, counted: 0 });
    }
    for (const { reading, quantity } of this.seen) {
      const name = lineName(reading);
      const line = lines.get(name) ?? { name, product: copy.products.get(reading.product?.code ?? "") ?? null, lot: reading.lot ?? "", expiry: reading.expiry, expected: 0, counted: 0 };
      line.counted += quantity;
      lines.set(name, line);
    }
    return [...lines.values()].sort((a, b) => Number(b.counted > 0) - Number(a.counted > 0) || a.name.localeCompare(b.name));
  }

  async submit(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.line;
    await this.send();
    this.busy = false;
    this.again();
  }

  private async send(): Promise<void> {
    const at = iso(now());
    const id = uuid7();
    const base = { by: state.person?.number ?? "", grant: state.grant, job: "count", at, what: `${placeName(this.place)} · ${this.seen.length}` };
    const lines = this.seen.map((each) => ({ scan: each.reading.raw, ...(each.reading.piece ? {} : { quantity: each.quantity }) }));
    const parts = [];
    for (let start = 0; start < lines.length; start += 200) parts.push(lines.slice(start, start + 200));
    try {
      const answers = await keepAndAsk([
        { ...base, id, count: { id, time: at, location: this.place } },
        ...parts.map((part) => {
          const own = uuid7();
          return { ...base, id: own, count_lines: { id: own, time: at, count: id, lines: part } };
        }),
      ], state.online ? 6_000 : 50, { draft: this.draft });
      const refused = answers?.find((each) => !each.recorded);
      if (refused) {
        await this.save();
        return this.tell("stop", say(refused.problems[0]?.text));
      }
      this.seen = [];
      this.tell("go", answers ? t("已提交，等别人审核", "Submitted, somebody else approves") : t("已存在本机，有网自己上传", "Kept here, sent by itself"), answers ? t("完成", "DONE") : t("已保存", "KEPT"));
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      this.tell("stop", t("本机存不下了，没有存上。先连网上传", "Storage is full. Not saved: send first"));
    }
  }
}

const lineName = (reading: Reading): string => `${reading.product?.code ?? shown(reading.raw, reading.key)} ${reading.lot ?? ""}`;

export function CountScreen() {
  useStore();
  const [, again] = useState(0);
  const counting = useMemo(() => new Counting(() => again((count) => count + 1)), []);
  const [camera, setCamera] = useState(false);
  useLayoutEffect(() => {
    return onScan((raw) => void counting.scan(raw));
  }, []);
  if (camera) return <Camera onFound={(raws) => raws.forEach(scan)} onClose={() => setCamera(false)} />;
  const lines = counting.lines;
  const expected = lines.reduce((sum, line) => sum + line.expected, 0);
  const counted = lines.reduce((sum, line) => sum + line.counted, 0);
  return (
    <>
      <Header title={t("盘点", "Count")} sub={[...new Set([station(), counting.place])].map(placeName).join(" · ")} />
      {counting.said ? <Banner verdict={counting.said.verdict} word={counting.said.word} text={counting.said.text} /> : <Sums expected={expected} counted={counted} />}
      <main class="body">
        {!lines.length && <Empty icon="scan-line" text={t("扫货位，再扫货", "Scan the shelf, then goods")} />}
        {lines.length > 0 && (
          <section class="card lines" data-testid="count-lines">
            {lines.slice(0, 60).map((line) => <CountRow line={line} counting={counting} />)}
          </section>
        )}
      </main>
      <Foot>
        {counting.seen.length
          ? <Button icon="undo-2" onClick={() => counting.takeBack()} id="undo">{t("撤回", "Undo")}</Button>
          : <Button icon="camera" onClick={() => setCamera(true)} id="camera">{t("拍码", "Camera")}</Button>}
        {counting.seen.length
          ? <Button main disabled={counting.busy} onClick={() => void counting.submit()} id="confirm">{difference(counted - expected)}</Button>
          : <Button main onClick={() => go("home")}>{t("回首页", "Home")}</Button>}
      </Foot>
    </>
  );
}

const difference = (found: number): string =>
  found ? t(`提交差异 ${signed(found)}`, `Submit ${signed(found)}`) : t("提交，相符", "Submit, it agrees");
const signed = (value: number): string => (value < 0 ? `−${-value}` : `+${value}`);

function Sums({ expected, counted }: { expected: number; counted: number }) {
  const left = counted - expected;
  return (
    <section class="sums">
      <p><span>{t("应有", "Expected")}</span><b>{number(expected)}</b></p>
      <p><span>{t("已点", "Counted")}</span><b data-testid="counted">{number(counted)}</b></p>
      <p class={left ? "sums-off" : ""}><span>{t("差", "Diff")}</span><b>{left ? signed(left) : "0"}</b></p>
      <progress max={Math.max(expected, counted, 1)} value={counted} />
    </section>
  );
}

function CountRow({ line, counting }: { line: Line; counting: Counting }) {
  const left = line.counted - line.expected;
  const loose = counting.seen.some((each) => !each.reading.piece && lineName(each.reading) === line.name);
  return (
    <div class={left && line.counted ? "row row-look" : "row"}>
      {line.counted ? <Shape verdict={left ? "look" : "go"} size={22} /> : <span class="slot-wait" />}
      <div class="row-text"><b>{line.product?.name ?? line.name}</b><span><span class="mono">{line.lot || "–"}</span> {line.expiry}</span></div>
      {loose
        ? <Stepper value={line.counted} unit="" onChange={(value) => counting.set(line, value)} />
        : <span class="row-count"><b>{line.counted}</b> / {line.expected}{left && line.counted ? <small>{left < 0 ? t(`少 ${-left}`, `${-left} short`) : t(`多 ${left}`, `${left} over`)}</small> : null}</span>}
    </div>
  );
}
