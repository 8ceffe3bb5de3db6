// Giving a drug: the patient of the wristband, the drug of the scan, and the five rights as the gate
// of the server sees them; out of reach, against the ward's list that was kept.

import { call, Problem, Unreachable, type Words } from "./api";
import { NOT_ORDERED, WHOSE, type Reason, type Right } from "./care_words";
import { hm, iso, now, uuid7 } from "./clock";
import { firstCopy, station } from "./copy";
import { heldAgainstList, leftOf, ordersFor } from "./doses";
import { remember } from "./history";
import { say, t } from "./i18n";
import { judge, placeOf, type Doing, type Dose, type Reading } from "./judge";
import { sealBand } from "./bands";
import { StorageFull } from "./queue";
import { keepAndAsk } from "./sending";
import { recognise } from "./recognise";
import { rightOf, uncheckedAt, type Ticked } from "./rights";
import { patientOfBand, type DueDose, type InBed } from "./round";
import { callSigned, type Signature } from "./signing";
import { play } from "./sound";
import { changed, state } from "./state";

interface Said {
  verdict: "go" | "look" | "stop";
  word?: string;
  text: string;
}
export class Bedside {
  patient: InBed | null = null;
  reading: Reading | null = null;
  order: DueDose | null = null;
  said: Said | null = null;
  conflict: string | null = null;
  busy = false;
  given: string | null = null; // less than the order's dose, as decimal text
  kept: number | null = null; // when the list was fetched that this is held against
  judging = 0; // scans under way: nothing is given before their verdict was seen
  private line: Promise<void> = Promise.resolve();

  constructor(private readonly again: () => void) {}

  get orders(): DueDose[] {
    return this.patient?.doses ?? [];
  }

  scan(raw: string): Promise<void> {
    this.judging += 1;
    this.line = this.line
      .then(() => this.one(raw))
      .catch((error: unknown) => this.tell("stop", String(error)))
      .finally(() => (this.judging -= 1));
    return this.line;
  }

  private async one(raw: string): Promise<void> {
    await firstCopy();
    state.scanned += 1;
    const found = recognise(raw);
    const ordered = this.orders.find((each) => each.order === raw.trim());
    if (ordered) this.choose(ordered);
    else if (found.is === "other") await this.wristband(raw);
    else if (!this.patient) this.tell("look", t("先扫患者腕带", "Scan the wristband first"));
    else if (found.is === "thing") await this.drug(raw);
    else this.tell("look", t("这里扫腕带和药", "Scan wristband and drug here"));
    this.again();
    changed();
  }

  private async wristband(band: string): Promise<void> {
    this.reset();
    try {
      this.patient = await call<InBed>("POST", "/bedside/due", { wristband: band });
      this.tell("go", t("核对姓名", "Check the name"), t("腕带", "BAND"));
    } catch (error) {
      if (error instanceof Problem) return this.tell("stop", say(error.words));
      if (!(error instanceof Unreachable)) throw error;
      await this.alone(band);
    }
  }

  private async alone(band: string): Promise<void> {
    const found = await patientOfBand(band);
    if (found === "closed") {
      state.locked = true;
      return changed();
    }
    if (!found) return this.stranger(band);
    this.patient = found.patient;
    this.kept = found.at;
    this.tell("look", t(`按 ${hm(new Date(found.at))} 存的医嘱核对`, `Against the orders of ${hm(new Date(found.at))}`), t("离线", "OFFLINE"));
  }

  // Who is on no list can be given a drug all the same; whose band it was is found when it is sent.
  private async stranger(band: string): Promise<void> {
    const made = await sealBand(band);
    if (!made) return this.tell("stop", t("离线，存的名单里没有这个腕带", "Offline, and this band is not on the kept list"));
    this.patient = { ...made, doses: [] };
    this.tell("look", t("名单里没有。照纸质医嘱核对", "Not on the list: check against the chart"), t("离线", "OFFLINE"));
  }

  private doing(reading: Reading | null): Doing {
    const { order } = this;
    return {
      kind: "administered",
      location: reading ? placeOf(reading) : station(),
      ...(this.patient?.patient ? { patient: this.patient.patient } : {}),
      ...(order ? { documents: [{ type: "medication", id: order.order }] } : {}),
      ...(order?.dose ? { dose: this.dose ?? order.dose } : {}),
      ...(order?.route ? { route: order.route } : {}),
    };
  }

  get dose(): Dose | null {
    const ordered = this.order?.dose ?? null;
    return ordered && this.given ? { amount: this.given, unit: ordered.unit } : ordered;
  }

  private async drug(raw: string): Promise<void> {
    const first = await judge(raw, null);
    this.given = null;
    this.reading = await this.judged(raw, first);
    if (this.patient?.sealed && this.reading.verdict === "go") this.reading = { ...this.reading, verdict: "look", text: WHOSE };
    const { verdict, reason, text } = this.reading;
    if (verdict === "stop") state.refused += 1;
    this.conflict = reason === "wrong-patient" ? t("拿到它的患者那里，扫那里的腕带", "Take it to its patient, scan their wristband") : null;
    const right = this.order ? t("五项相符", "ALL FIVE") : t("可以给", "GO");
    this.tell(verdict, verdict === "go" ? this.unsaid : say(text), verdict === "go" ? right : undefined);
  }

  // Against the orders that the drug may be for, one after the other, until it is not the wrong one.
  private async judged(raw: string, first: Reading): Promise<Reading> {
    const orders = ordersFor(this.orders, first);
    let reading: Reading | null = null;
    for (const order of orders) {
      this.order = order;
      reading = await judge(raw, this.doing(first));
      if (reading.offline) return heldAgainstList(reading, order);
      if (reading.reason !== "wrong-drug") return reading;
    }
    this.order = null;
    if (reading) return reading;
    if (this.orders.length) return { ...first, verdict: "stop", reason: "wrong-drug", text: NOT_ORDERED };
    return judge(raw, this.doing(first));
  }

  private get unsaid(): string {
    if (!this.order) return t("没有医嘱核对，看医嘱单", "No order to check: see the chart");
    return `${this.order.order} · ${this.order.frequency}`;
  }

  right(right: Right): Ticked {
    return rightOf(this, right);
  }

  get unchecked(): Words[] {
    return uncheckedAt(this);
  }

  get ready(): boolean {
    return this.patient !== null && this.reading !== null && this.reading.verdict !== "stop";
  }

  get signatures(): number {
    const partial = this.given !== null ? 2 : 0; // what is left is thrown away before a witness
    return state.online ? Math.max(this.reading?.signatures ?? 0, partial) : 0;
  }

  choose(order: DueDose): void {
    this.order = order;
    this.again();
  }

  setGiven(amount: string): void {
    const whole = Number(this.order?.dose?.amount ?? 0);
    const typed = Number(amount);
    this.given = /^\d{1,9}(\.\d{1,9})?$/.test(amount) && typed > 0 && typed < whole ? amount : null;
    this.again();
  }

  reset(): void {
    Object.assign(this, { patient: null, reading: null, order: null, said: null, conflict: null, given: null, kept: null });
    this.again();
  }

  async withhold(reason: Reason): Promise<void> {
    const order = this.order;
    if (!this.patient || !order) return this.tell("look", t("先选是哪一条医嘱", "Choose the order first"));
    const event = {
      ...this.base(reason.kind),
      things: [],
      location: station(),
      documents: [{ type: "medication", id: order.order }],
      cause: reason.code,
    };
    await this.send(event, [], `${order.name ?? ""} · ${say(reason.text)}`, t("已记下", "NOTED"));
  }

  private base(kind: string): Record<string, unknown> & { id: string; time: string } {
    return {
      id: uuid7(),
      kind,
      time: iso(now()),
      ...(this.patient?.patient ? { patient: this.patient.patient } : {}),
      ...(state.online ? {} : { after_the_fact: true }),
    };
  }

  async confirm(signatures: Signature[]): Promise<void> {
    const reading = this.reading;
    if (!this.ready || !reading || this.judging) return;
    if (state.online && this.patient?.sealed) {
      this.reset();
      return this.tell("look", t("连上网了，再扫一次腕带", "Online again: scan the band once more"));
    }
    const left = leftOf(this.order?.dose ?? null, this.given);
    const event = {
      ...this.base("administered"),
      ...this.doing(reading),
      things: [{ scan: reading.raw, ...(reading.piece ? {} : { quantity: 1 }) }],
      ...(left ? { wasted: left } : {}),
    };
    await this.send(event, signatures, reading.product?.name ?? "", t("已给药", "GIVEN"));
  }

  private async send(event: Record<string, unknown> & { id: string; time: string }, signatures: Signature[], what: string, word: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.again();
    try {
      if (signatures.length) await this.signed(event, signatures, word);
      else await this.unsigned(event, what, word);
      if (this.said?.verdict !== "stop") {
        await remember([{ id: event.id, job: "bedside", what: `${what} · ${this.where}`, at: event.time }]);
      }
    } catch (error) {
      if (error instanceof StorageFull) this.tell("stop", t("本机存不下了，没有存上。先连网上传", "Storage is full. Not saved: send first"));
      else if (error instanceof Problem) this.tell("stop", say(error.words));
      else this.tell("stop", t("没存上。签名的一步要在线做", "Not saved. What is signed is done online"));
    }
    this.busy = false;
    this.again();
  }

  private get where(): string {
    const { bed } = this.patient!;
    return bed ? t(`${bed} 床`, `bed ${bed}`) : t("腕带待核对", "band to look up");
  }

  private async signed(event: Record<string, unknown>, signatures: Signature[], word: string): Promise<void> {
    const body = { events: [{ ...event, signatures }] };
    const { outcomes } = await callSigned<{ outcomes: { outcome: string; text: Words | null }[] }>("/events", body, 15_000);
    if (outcomes[0]?.outcome === "refused") return this.tell("stop", say(outcomes[0].text));
    this.finished(word, false, false);
  }

  private async unsigned(event: Record<string, unknown> & { id: string; time: string }, what: string, word: string): Promise<void> {
    const bed = this.where;
    const item = { id: event.id, by: state.person?.number ?? "", grant: state.grant, job: "bedside", what: `${what} · ${bed}`, at: event.time, event, ...this.patient!.sealed };
    const answers = await keepAndAsk([item], state.online ? 6_000 : 50);
    const answer = answers?.[0];
    if (answer && !answer.recorded) return this.tell("stop", say(answer.problems[0]?.text));
    this.finished(word, !answer, answer?.outcome === "exception");
  }

  private finished(word: string, kept: boolean, troubled: boolean): void {
    const done = this.order;
    this.reading = null;
    this.order = null;
    this.given = null;
    if (this.patient && done) this.patient.doses = this.patient.doses.filter((each) => each !== done);
    const text = kept ? t("已存在本机，有网自己上传", "Kept here, sent by itself") : troubled ? t("已记账，要核对", "On record, to check") : t("已记账", "On record");
    this.tell(troubled ? "look" : "go", text, kept ? t("已保存", "KEPT") : word, kept ? "kept" : "complete");
  }

  private tell(verdict: Said["verdict"], text: string, word?: string, tone?: "kept" | "complete"): void {
    this.said = { verdict, text, word };
    play(tone ?? verdict);
    this.again();
  }
}
