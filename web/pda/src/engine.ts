// The one engine of all jobs: takes scans in any order, holds what was scanned, confirms.

import { Problem } from "./api";
import { readCode } from "./codes";
import { copy, firstCopy, orderKey, productOf, syncCopy, type Order } from "./copy";
import { remove } from "./db";
import { bandOf, ordered, placed, type Filled } from "./filling";
import { fits } from "./fitting";
import { said, withoutLast, withReading, type Said, type Taken } from "./flow_state";
import { Held } from "./held";
import type { Done } from "./history";
import { say, t } from "./i18n";
import type { Reading } from "./judge";
import { orderTypes, type Job } from "./jobs";
import { StorageFull } from "./queue";
import { findOrder, recognise, recogniseAnew } from "./recognise";
import { record, type Recorded } from "./recording";
import { judgeFor } from "./scanning";
import type { Signature } from "./signing";
import { play } from "./sound";
import { changed, state } from "./state";
import { countFound } from "./tasks";

export class Flow extends Held {
  busy = false;
  private judging = 0;
  done: { count: number; kept: boolean; troubled: number; what: Done[] } | null = null;
  private line: Promise<void>; // whatever is scanned waits for what came before it

  constructor(
    job: Job,
    private readonly again: () => void,
  ) {
    super(job);
    this.line = this.restore();
  }

  private async restore(): Promise<void> {
    await this.restoreDraft();
    this.again();
    await firstCopy();
  }

  // Scans are worked off one after the other, in the order in which they came.
  scan(raw: string): Promise<void> {
    this.judging += 1;
    this.line = this.line
      .then(() => this.one(raw))
      .catch((error: unknown) => this.tell(said("stop", say(this.job.name), error instanceof Problem ? say(error.words) : String(error))))
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
    const order = found.is === "order" ? found.order : strange ? await findOrder(raw, orderTypes(this.job)) : null;
    if (found.is === "place") this.fill(placed(this.job, found.place));
    else if (order) this.fill(ordered(this.job, order));
    else if (found.is === "other" && this.has("patient")) await this.band(raw);
    else await this.thing(raw);
    this.again(); // the verdict first: a slow disk must not hold it up
    changed();
    await this.save();
  }

  setOrder(order: Order): void {
    this.fill(ordered(this.job, order));
  }

  private fill(filled: Filled): void {
    Object.assign(this.slots, filled.slots);
    this.tell(filled.said);
  }

  private async band(raw: string): Promise<void> {
    const filled = await bandOf(this.job, raw);
    if (filled !== "closed") return this.fill(filled);
    state.locked = true;
    changed();
  }

  private async thing(raw: string): Promise<void> {
    const found = await judgeFor(this.job, this.slots, this.taken, raw);
    if ("is" in found) this.tell(found);
    else this.show(found);
  }

  private show(reading: Reading): void {
    const taken = reading.verdict === "go";
    this.shown = { is: "thing", reading, taken };
    if (taken) this.taken = withReading(this.taken, reading);
    else state.refused += reading.verdict === "stop" ? 1 : 0;
    const line = this.order?.lines.find((each) => fits(each, reading));
    const full = taken && line && this.limited && this.progress(line) >= line.quantity;
    play(full ? "complete" : taken && reading.offline ? "kept" : reading.verdict);
  }

  // What was worth a look is taken after somebody looked.
  takeAnyway(): void {
    if (this.shown?.is !== "thing" || this.shown.reading.verdict !== "look") return;
    const reading = { ...this.shown.reading };
    this.taken = withReading(this.taken, reading);
    this.taken.at(-1)!.anyway = true;
    this.shown = { is: "thing", reading: { ...reading, verdict: "go" }, taken: true };
    this.changedBy();
  }

  takeBack(): void {
    if (!this.taken.length) return;
    this.taken = withoutLast(this.taken);
    this.tell(said("look", t("已撤回上一扫", "Last scan undone"), t(`现在 ${this.count.done}`, `Now ${this.count.done}`)), false);
    this.changedBy();
  }

  setQuantity(taken: Taken, quantity: number): void {
    taken.quantity = quantity;
    this.changedBy();
  }

  setSlot(name: "reason" | "party" | "site" | "surgeon", value: string): void {
    this.slots[name] = value;
    this.changedBy();
  }

  private changedBy(): void {
    void this.save();
    this.again();
  }

  private tell(said: Said, sound = true): void {
    this.shown = said;
    if (sound) play(said.verdict);
    this.again();
  }

  async confirm(signatures: Signature[] = []): Promise<void> {
    if (this.busy || !this.taken.length || this.missing.length || this.incomplete) return;
    if (state.online && this.slots.patient?.sealed) {
      delete this.slots.patient;
      return this.tell(said("look", t("连上网了", "ONLINE"), t("再扫一次腕带", "Scan the wristband once more")));
    }
    this.busy = true;
    this.again();
    try {
      await this.finished(await record(this.job, this.slots, this.taken, signatures, this.draft));
    } catch (error) {
      this.tell(failed(error));
    } finally {
      this.busy = false;
      this.again();
    }
  }

  private async finished({ refused, kept, troubled, done }: Recorded): Promise<void> {
    if (refused) {
      await this.save(); // its draft ended with the records that are none now
      return this.tell(said("stop", say(this.job.name), say(refused)));
    }
    this.done = { count: this.count.done, kept, troubled, what: done };
    if (this.job.id === "recall") {
      await countFound(this.taken);
      if (!kept) void syncCopy().catch(() => undefined); // what is left to find is shown below
    }
    const { order } = this;
    if (order?.patient) copy.orders.delete(orderKey(order.type, order.number)); // how far it is now, the server knows
    Object.assign(this, { taken: [], slots: {}, shown: null });
    await remove(this.draft).catch(() => undefined);
    play(kept ? "kept" : troubled ? "look" : "complete");
  }
}

function failed(error: unknown): Said {
  if (error instanceof StorageFull) return said("stop", t("本机存不下了", "Storage is full"), t("这一步没有存上，扫过的还在。先连网上传", "Not saved; your scans are still here. Go online and send first"));
  const why = error instanceof Problem ? say(error.words) : t("没有网络，签名的一步要在线做", "No network. What is signed is done online");
  return said("stop", t("没存上", "Not saved"), why);
}
