// What a job holds and what it lacks: read by the screen, kept on the disk as a draft.

import type { Order, OrderLine } from "./copy";
import { get, put } from "./db";
import { fits, isLimited, progress } from "./fitting";
import { orderIn, sumOf, type Draft, type Shown, type Slots, type Taken } from "./flow_state";
import { t } from "./i18n";
import { kindOf, type Job, type Slot, type SlotName } from "./jobs";
import { changed, state } from "./state";

export class Held {
  slots: Slots = {};
  taken: Taken[] = [];
  shown: Shown = null;

  constructor(readonly job: Job) {}

  protected async restoreDraft(): Promise<void> {
    const draft = await get<Draft>(this.draft).catch(() => undefined);
    if (draft) Object.assign(this, draft);
  }

  protected get draft(): string {
    return `draft-${state.person?.number}-${this.job.id}`;
  }

  protected async save(): Promise<void> {
    // A wristband's name stays out of the disk; the pseudonym alone says nothing.
    const patient = this.slots.patient && { ...this.slots.patient, name: "", tail: "" };
    await put(this.draft, { slots: { ...this.slots, patient }, taken: this.taken }).catch(() => {
      state.storageFull = true;
      changed();
    });
  }

  protected has(name: SlotName): boolean {
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
    return orderIn(this.slots);
  }

  get limited(): boolean {
    return isLimited(this.order);
  }

  progress(line: OrderLine): number {
    return progress(this.job, this.order, line, this.taken);
  }

  get count(): { done: number; of: number | null; unit: string } {
    const units = new Set(this.taken.map((each) => each.reading.product?.unit ?? ""));
    const unit = units.size === 1 ? [...units][0]! : "";
    const shown = this.shown?.is === "thing" ? this.shown.reading : null;
    const line = shown && this.order?.lines.find((each) => fits(each, shown));
    if (line) return { done: this.progress(line), of: this.limited ? line.quantity : null, unit: shown.product?.unit ?? unit };
    // Of a pack that is split, the parts count, not the pack.
    const done = sumOf(this.job.id === "split" ? this.taken.slice(1) : this.taken);
    return { done, of: null, unit: unit || t("件", done === 1 ? "item" : "items") };
  }

  // How many persons sign what was scanned.
  get signatures(): number {
    return state.online ? Math.max(0, ...this.taken.map((each) => each.reading.signatures)) : 0;
  }
}
