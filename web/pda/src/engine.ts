// The one engine of all jobs: takes scans in any order, holds what was scanned, confirms.

import { call, Problem, type Words } from "./api";
import { sealBand, type Sealed } from "./bands";
import { iso, now, uuid7 } from "./clock";
import { readCode, shown } from "./codes";
import { copy, firstCopy, isHere, orderKey, placeName, productOf, station, syncCopy, type Order, type OrderLine, type Place } from "./copy";
import { get, put, remove } from "./db";
import { say } from "./i18n";
import { judge, placeOf, type Doing, type Reading } from "./judge";
import { kindOf, type Job, type Slot, type SlotName } from "./jobs";
import { keepAndAsk, StorageFull } from "./queue";
import { patientOfBand } from "./round";
import { findOrder, recognise, recogniseAnew } from "./recognise";
import { callSigned, type Signature } from "./signing";
import { remember } from "./history";
import { play } from "./sound";
import { changed, state } from "./state";
import { countFound, recallOf } from "./tasks";

export interface Patient {
  patient: string;
  bed: string;
  name: string;
  tail: string;
  sealed?: Sealed; // out of reach nobody knows who it is: found when it is sent
}
export interface Taken {
  reading: Reading;
  quantity: number;
  at: string; // when it was scanned, ISO
  anyway?: boolean;
}
export interface Slots {
  order?: { type: string; number: string };
  destination?: string;
  patient?: Patient;
  reason?: string;
  party?: string;
  site?: string;
  surgeon?: string;
}
export type Shown =
  | { is: "thing"; reading: Reading; taken: boolean }
  | { is: "said"; verdict: "go" | "look" | "stop"; title: string; text: string }
  | null;
interface Draft {
  slots: Slots;
  taken: Taken[];
}
const EVENT_THINGS = 100;
const IN_HOUSE = "urn:medtrace:in-house:";

export class Flow {
  slots: Slots = {};
  taken: Taken[] = [];
  shown: Shown = null;
  busy = false;
  private judging = 0;
  done: { count: number; kept: boolean; troubled: number } | null = null;
  private line: Promise<void>; // whatever is scanned waits for what came before it

  constructor(
    readonly job: Job,
    private readonly again: () => void,
  ) {
    this.line = this.restore();
  }

  private async restore(): Promise<void> {
    const draft = await get<Draft>(this.draft).catch(() => undefined);
    if (draft) Object.assign(this, draft);
    this.again();
    await firstCopy();
  }

  private get draft(): string {
    return `draft-${state.person?.number}-${this.job.id}`;
  }

  private async save(): Promise<void> {
    // A wristband's name stays out of the disk; the pseudonym alone says nothing.
    const patient = this.slots.patient && { ...this.slots.patient, name: "", tail: "" };
    await put(this.draft, { slots: { ...this.slots, patient }, taken: this.taken }).catch(() => {
      state.storageFull = true;
      changed();
    });
  }

  private get orderTypes(): string[] {
    return this.job.slots.find((slot) => slot.name === "order")?.orders ?? [];
  }

  has(name: SlotName): boolean {
    return this.job.slots.some((slot) => slot.name === name);
  }

  // A pack alone is not divided into anything.
  get incomplete(): boolean {
    return this.job.id === "split" && this.taken.length < 2;
  }

  get missing(): SlotName[] {
    return this.job.slots.filter((slot) => slot.needed && this.asks(slot) && !this.filled(slot.name)).map((slot) => slot.name);
  }

  // What an operation puts into a body is recorded with where, and by whom.
  asks(slot: Slot): boolean {
    return !slot.implants || this.taken.some((each) => kindOf(this.job, each.reading.product?.category ?? null) === "implanted");
  }

  filled(name: SlotName): boolean {
    if (name === "destination" && this.job.id === "dispense" && this.slots.patient) return true;
    return Boolean(this.slots[name as keyof Slots]);
  }

  get order(): Order | null {
    const named = this.slots.order;
    return named ? (copy.orders.get(orderKey(named.type, named.number)) ?? null) : null;
  }

  // A medication order says how much is given at a time; how much is handed out for it, it doesn't say.
  get limited(): boolean {
    return this.order?.type !== "medication";
  }

  // How much of an order's line has happened, with what was scanned now.
  progress(line: OrderLine): number {
    const before = this.job.id === "accept" ? line.accepted : this.limited ? line.fulfilled : 0;
    return before + this.taken.filter((each) => fits(line, each.reading)).reduce((sum, each) => sum + each.quantity, 0);
  }

  get count(): { done: number; of: number | null; unit: string } {
    const units = new Set(this.taken.map((each) => each.reading.product?.unit ?? ""));
    const unit = units.size === 1 ? [...units][0]! : "";
    const order = this.order;
    const shown = this.shown?.is === "thing" ? this.shown.reading : null;
    const line = order && shown && order.lines.find((each) => fits(each, shown));
    if (line) return { done: this.progress(line), of: this.limited ? line.quantity : null, unit: shown?.product?.unit ?? unit };
    const done = this.taken.reduce((sum, each) => sum + each.quantity, 0);
    return { done, of: null, unit: unit || (state.language === "zh" ? "件" : done === 1 ? "item" : "items") };
  }

  // Scans are worked off one after the other, in the order in which they came.
  scan(raw: string): Promise<void> {
    this.judging += 1;
    this.line = this.line
      .then(() => this.one(raw))
      .catch((error: unknown) => this.say("stop", say(this.job.name), error instanceof Problem ? say(error.words) : String(error)))
      .finally(() => (this.judging -= 1));
    return this.line;
  }

  // A tap that comes while a scan is judged means that scan too; what is wrong with it is shown instead.
  async settled(): Promise<boolean> {
    if (!this.judging) return true;
    await this.line;
    const { shown } = this;
    if (shown?.is === "thing") return shown.reading.verdict === "go" || shown.reading.reason === "twice";
    return shown?.verdict === "go";
  }

  private async one(raw: string): Promise<void> {
    this.done = null;
    state.scanned += 1;
    const found = this.has("order") ? await recogniseAnew(raw) : recognise(raw);
    const strange = found.is === "other" || (found.is === "thing" && !productOf(readCode(raw).key));
    const order = found.is === "order" ? found.order : strange ? await findOrder(raw, this.orderTypes) : null;
    if (found.is === "place") this.place(found.place);
    else if (order) this.setOrder(order);
    else if (found.is === "other" && this.has("patient")) await this.patient(raw);
    else await this.thing(raw);
    this.again(); // the verdict first: a slow disk must not hold it up
    changed();
    await this.save();
  }

  private place(place: Place): void {
    const slot = this.job.slots.find((each) => each.name === "destination");
    if (!slot) return this.say("look", place.name, say({ zh: "这一步不用扫地点", en: "No place is needed here" }));
    if (slot.inside && !isHere(place.code)) {
      return this.say("stop", place.name, say({ zh: "不在本站点里。扫这里的货位", en: "Not in this station. Scan a shelf here" }));
    }
    if (!slot.inside && place.code === station()) {
      return this.say("look", place.name, say({ zh: "就在这里。扫要去的地方", en: "That is here. Scan where it goes" }));
    }
    this.slots.destination = place.code;
    this.say("go", place.name, say({ zh: "地点对了，继续扫", en: "Place set. Keep scanning" }));
  }

  setOrder(order: Order): void {
    if (!this.orderTypes.includes(order.type)) {
      return this.say("stop", order.number, say({ zh: "这张单不是这一步的", en: "Not an order for this job" }));
    }
    if (order.state !== "open") {
      return this.say("stop", order.number, say({ zh: "这张单已经办完或作废", en: "This order is closed" }));
    }
    this.slots.order = { type: order.type, number: order.number };
    if (order.patient) this.slots.patient = { patient: order.patient, bed: "", name: "", tail: "" };
    if (order.party) this.slots.party = order.party;
    if (order.destination && this.job.id !== "accept" && this.job.id !== "receive") this.slots.destination = order.destination;
    this.say("go", order.number, say({ zh: `${order.lines.length} 个品种`, en: `${order.lines.length} lines` }));
    this.again();
  }

  private async patient(band: string): Promise<void> {
    try {
      const found = await call<Patient>("POST", "/patient", { wristband: band });
      this.setPatient(found);
    } catch (error) {
      if (error instanceof Problem) return this.say("stop", say({ zh: "腕带", en: "Wristband" }), say(error.words));
      await this.patientAlone(band);
    }
  }

  private setPatient(found: Patient): void {
    this.slots.patient = { patient: found.patient, bed: found.bed, name: found.name, tail: found.tail };
    this.say("go", say({ zh: `${found.bed} 床 ${found.name}`, en: `Bed ${found.bed} ${found.name}` }), say({ zh: "核对姓名", en: "Check the name" }));
  }

  // Out of reach: by the ward's list, else whoever it is; the record waits with the band sealed.
  private async patientAlone(band: string): Promise<void> {
    const found = await patientOfBand(band);
    if (found === "closed") {
      state.locked = true;
      return changed();
    }
    if (found) return this.setPatient(found.patient);
    const stranger = await sealBand(band);
    if (!stranger) return this.say("stop", say({ zh: "离线", en: "Offline" }), say({ zh: "离线查不到患者。连上网再扫腕带", en: "Patients can't be found offline" }));
    this.slots.patient = stranger;
    this.say("look", say({ zh: "离线", en: "OFFLINE" }), say({ zh: "腕带记下了，上传时对人", en: "Band kept. Looked up when sent" }));
  }

  private doing(category: string | null, more: Partial<Doing> = {}): Doing {
    const { destination, patient, order, party } = this.slots;
    const kind = kindOf(this.job, category);
    return {
      kind,
      location: station(),
      ...(destination && kind !== "accepted" ? { destination } : {}),
      ...(party && kind === "received" ? { party } : {}),
      ...(patient?.patient ? { patient: patient.patient } : {}),
      ...(order ? { documents: [{ type: order.type, id: order.number }] } : {}),
      ...more,
    };
  }

  // A pack, then the labels of what is made of it, each with how many base units it holds.
  private async split(raw: string): Promise<void> {
    const code = readCode(raw);
    const pack = this.taken[0];
    if (!code.key?.startsWith(IN_HOUSE)) {
      if (pack) return this.say("look", say(this.job.name), say({ zh: "已有一盒，扫份的标签", en: "One pack at a time: scan the labels" }));
      return this.show(await judge(raw, null));
    }
    if (!pack) return this.say("look", say(this.job.name), say({ zh: "先扫要拆的盒", en: "Scan the pack first" }));
    if (this.taken.some((each) => each.reading.key === code.key)) return this.say("look", say(this.job.name), say(TWICE));
    const reading: Reading = { ...pack.reading, raw, key: code.key, piece: false, quantity: 1, verdict: "go", text: null };
    this.show(reading);
  }

  private async thing(raw: string): Promise<void> {
    if (this.job.id === "split") return this.split(raw);
    const category = productOf(readCode(raw).key)?.category ?? null;
    let reading = await judge(raw, this.doing(category));
    if (reading.reason === "not-here" && reading.location && isHere(reading.location)) {
      reading = await judge(raw, this.doing(category, { location: reading.location }));
    }
    if (this.job.id === "recall" && reading.verdict === "go" && reading.product && !recallOf(reading)) {
      reading = { ...reading, verdict: "look", reason: "not-recalled", text: { zh: "不在召回名单里，放回去", en: "Not recalled. Put it back" } };
    }
    const twice = reading.piece ? this.taken.find((each) => each.reading.key === reading.key) : undefined;
    if (twice) {
      this.shown = { is: "thing", taken: false, reading: { ...reading, verdict: "look", reason: "twice", text: TWICE } };
      return play("look");
    }
    this.show(this.onOrder(reading));
  }

  // Offline, and for amounts that add up here, the order is held against the scan on the device too.
  private onOrder(reading: Reading): Reading {
    const order = this.order;
    if (!order || reading.verdict === "stop" || reading.container) return reading;
    const line = order.lines.find((each) => fits(each, reading));
    // Which other product may stand in for an ordered one is the server's to say.
    if (!line && order.patient && !reading.offline) return reading;
    const words = (code: string, fallback: Words): Words => copy.reasons[code] ?? fallback;
    if (!line) {
      const lot = order.lines.find((each) => each.lot && fits({ ...each, lot: null }, reading));
      const text = lot
        ? { zh: `批号不对。要 ${lot.lot}，扫的是 ${reading.lot ?? "–"}`, en: `Wrong lot. Needed ${lot.lot}, got ${reading.lot ?? "–"}` }
        : words("not-on-order", { zh: "单子里没有这一种。放回去", en: "Not on this order. Put it back" });
      return { ...reading, verdict: "stop", reason: lot ? "lot-mismatch" : "not-on-order", text };
    }
    if (this.limited && this.progress(line) + (reading.quantity ?? 1) > line.quantity) {
      const rest = this.job.kind === "received" ? "多的先不要收" : "多的放回去";
      const text = { zh: `已够 ${line.quantity}。${rest}`, en: `${line.quantity} already. Leave the rest` };
      return { ...reading, verdict: "stop", reason: "too-many", text };
    }
    return reading;
  }

  private show(reading: Reading): void {
    const taken = reading.verdict === "go";
    this.shown = { is: "thing", reading, taken };
    if (taken) this.take(reading);
    else state.refused += reading.verdict === "stop" ? 1 : 0;
    const line = this.order?.lines.find((each) => fits(each, reading));
    const full = taken && line && this.limited && this.progress(line) >= line.quantity;
    play(full ? "complete" : taken && reading.offline ? "kept" : reading.verdict);
  }

  private take(reading: Reading): void {
    const same = reading.piece ? undefined : this.taken.find((each) => each.reading.key === reading.key && each.reading.lot === reading.lot);
    if (same) {
      same.quantity += reading.quantity ?? 1;
      same.at = iso(now());
      this.taken = [...this.taken.filter((each) => each !== same), same];
    } else {
      this.taken = [...this.taken, { reading, quantity: reading.quantity ?? 1, at: iso(now()) }];
    }
  }

  // What was worth a look is taken after somebody looked.
  takeAnyway(): void {
    if (this.shown?.is !== "thing" || this.shown.reading.verdict !== "look") return;
    const reading = { ...this.shown.reading };
    this.take(reading);
    this.taken.at(-1)!.anyway = true;
    this.shown = { is: "thing", reading: { ...reading, verdict: "go" }, taken: true };
    void this.save();
    this.again();
  }

  takeBack(): void {
    const last = this.taken.at(-1);
    if (!last) return;
    if (!last.reading.piece && last.quantity > (last.reading.quantity ?? 1)) last.quantity -= last.reading.quantity ?? 1;
    else this.taken = this.taken.slice(0, -1);
    this.say("look", say({ zh: "已撤回上一扫", en: "Last scan undone" }), say({ zh: `现在 ${this.count.done}`, en: `Now ${this.count.done}` }), false);
    void this.save();
    this.again();
  }

  setQuantity(taken: Taken, quantity: number): void {
    taken.quantity = quantity;
    void this.save();
    this.again();
  }

  setSlot(name: "reason" | "party" | "site" | "surgeon", value: string): void {
    this.slots[name] = value;
    void this.save();
    this.again();
  }

  private say(verdict: "go" | "look" | "stop", title: string, text: string, sound = true): void {
    this.shown = { is: "said", verdict, title, text };
    if (sound) play(verdict);
    this.again();
  }

  // How many persons sign what was scanned.
  get signatures(): number {
    return state.online ? Math.max(0, ...this.taken.map((each) => each.reading.signatures)) : 0;
  }

  private events(): Record<string, unknown>[] {
    const groups = new Map<string, Taken[]>();
    for (const each of this.taken) {
      const name = `${placeOf(each.reading)} ${kindOf(this.job, each.reading.product?.category ?? null)}`;
      const group = groups.get(name) ?? [];
      groups.set(name, [...group, each]);
    }
    return [...groups.values()].flatMap((group) => {
      const parts = [];
      for (let start = 0; start < group.length; start += EVENT_THINGS) parts.push(group.slice(start, start + EVENT_THINGS));
      return parts.map((part) => this.event(part));
    });
  }

  private event(group: Taken[]): Record<string, unknown> {
    const first = group[0]!.reading;
    const doing = this.doing(first.product?.category ?? null, { location: placeOf(first) });
    const anyway = group.some((each) => each.anyway) ? say({ zh: "看过仍然做", en: "done after a look" }) : null;
    const { site, surgeon } = this.slots;
    const note = [this.slots.reason, anyway].filter(Boolean).join("；");
    return {
      id: uuid7(),
      ...doing,
      time: iso(now()),
      ...this.goods(group),
      ...(note ? { note } : {}),
      ...(doing.kind === "implanted" ? { site, surgeon } : {}),
      // Out of reach it has happened by the time the server hears of it.
      ...(state.online ? {} : { after_the_fact: true }),
    };
  }

  private goods(group: Taken[]): Record<string, unknown> {
    if (this.job.id === "split") {
      const [pack, ...labels] = group;
      const outputs = labels.map((each) => ({ scan: each.reading.raw, part: each.quantity }));
      return { things: [{ scan: pack!.reading.raw }], outputs };
    }
    const things = group.map((each) => ({
      scan: each.reading.raw,
      ...(each.reading.piece ? {} : { quantity: each.quantity }),
    }));
    return { things };
  }

  // Confirms everything. What needs signatures is sent at once or not at all: secrets are never kept.
  async confirm(signatures: Signature[] = []): Promise<void> {
    if (this.busy || !this.taken.length || this.missing.length || this.incomplete) return;
    if (state.online && this.slots.patient?.sealed) {
      delete this.slots.patient;
      return this.say("look", say({ zh: "连上网了", en: "ONLINE" }), say({ zh: "再扫一次腕带", en: "Scan the wristband once more" }));
    }
    this.busy = true;
    this.again();
    try {
      const events = this.events();
      if (signatures.length) await this.signed(events, signatures);
      else await this.kept(events);
    } catch (error) {
      if (error instanceof StorageFull) this.say("stop", FULL.title[state.language], FULL.text[state.language]);
      else if (error instanceof Problem) this.say("stop", say({ zh: "没存上", en: "Not saved" }), say(error.words));
      else this.say("stop", say({ zh: "没存上", en: "Not saved" }), say({ zh: "没有网络，签名的一步要在线做", en: "No network. What is signed is done online" }));
    } finally {
      this.busy = false;
      this.again();
    }
  }

  private async signed(events: Record<string, unknown>[], signatures: Signature[]): Promise<void> {
    const body = { events: events.map((event) => ({ ...event, signatures })) };
    const { outcomes } = await callSigned<{ outcomes: { outcome: string; text: Words | null }[] }>("/events", body, 15_000);
    const refused = outcomes.find((each) => each.outcome === "refused");
    if (refused) return this.say("stop", say(this.job.name), say(refused.text));
    await this.remembered(events);
    await this.finished(false, 0);
  }

  private async kept(events: Record<string, unknown>[]): Promise<void> {
    const made = events.map((event) => ({
      id: event["id"] as string,
      by: state.person?.number ?? "",
      grant: state.grant,
      job: this.job.id,
      what: this.summary(event["things"] as { scan: string }[]),
      at: event["time"] as string,
      event,
      ...this.slots.patient?.sealed,
    }));
    const answers = await keepAndAsk(made, state.online ? 6_000 : 50, { draft: this.draft });
    const refused = answers?.find((each) => !each.recorded);
    if (refused) {
      await this.save();
      return this.say("stop", say(this.job.name), say(refused.problems[0]?.text));
    }
    await this.remembered(events);
    if (!answers) return this.finished(true, 0);
    await this.finished(false, answers.filter((each) => each.outcome === "exception").length);
  }

  private remembered(events: Record<string, unknown>[]): Promise<void> {
    return remember(
      events.map((event) => ({
        id: event["id"] as string,
        job: this.job.id,
        what: this.summary(event["things"] as { scan: string }[]),
        at: event["time"] as string,
      })),
    );
  }

  private summary(things: { scan: string }[]): string {
    const mine = this.taken.filter((each) => things.some((thing) => thing.scan === each.reading.raw));
    const first = mine[0]?.reading;
    const count = mine.reduce((sum, each) => sum + each.quantity, 0);
    const name = first?.product?.name ?? shown(first?.raw ?? "", first?.key ?? null);
    return [name, `${count} ${first?.product?.unit ?? ""}`.trim(), placeName(this.slots.destination ?? null)].filter(Boolean).join(" · ");
  }

  private async finished(kept: boolean, troubled: number): Promise<void> {
    const count = this.taken.reduce((sum, each) => sum + each.quantity, 0);
    this.done = { count, kept, troubled };
    if (this.job.id === "recall") {
      await countFound(this.taken);
      if (!kept) void syncCopy().catch(() => undefined); // what is left to find is shown below
    }
    const { order } = this;
    if (order?.patient) copy.orders.delete(orderKey(order.type, order.number)); // how far it is now, the server knows
    this.taken = [];
    this.slots = {};
    this.shown = null;
    await remove(this.draft).catch(() => undefined);
    play(kept ? "kept" : troubled ? "look" : "complete");
  }
}

const TWICE: Words = { zh: "这一件刚才扫过了，没有再算", en: "Scanned already. Not counted again" };
const FULL = {
  title: { zh: "本机存不下了", en: "Storage is full" },
  text: { zh: "这一步没有存上，扫过的还在。先连网上传", en: "Not saved; your scans are still here. Go online and send first" },
};

export function fits(line: { product: string | null; identifiers: string[]; lot: string | null }, reading: Reading): boolean {
  const key = reading.key ?? "";
  const mine = line.product !== null ? line.product === reading.product?.code : line.identifiers.some((each) => key.startsWith(each));
  return mine && (line.lot === null || reading.lot === null || line.lot === reading.lot);
}
