// What a job asks for beside things: place, order, patient, reason; each filled by a scan, a tap or a text.

import { placeName } from "./copy";
import type { Flow } from "./engine";
import { say, t } from "./i18n";
import { Shape } from "./icons";
import { reasonsOf, SITES, type Job, type Slot } from "./jobs";
import { ordersFor } from "./standing";

export function SlotList({ flow, job }: { flow: Flow; job: Job }) {
  const open = job.slots.filter((slot) => !(slot.name === "order" && flow.order) && slot.name !== "party" && flow.asks(slot));
  if (!open.length) return null;
  return <section class="card slots">{open.map((slot) => <SlotRow flow={flow} job={job} slot={slot} />)}</section>;
}

function SlotRow({ flow, job, slot }: { flow: Flow; job: Job; slot: Slot }) {
  if (slot.name === "reason") {
    return (
      <div class="slot">
        <span class="slot-ask">{say(slot.ask)}</span>
        <div class="chips">
          {reasonsOf(job).map((each) => (
            <button type="button" class={flow.slots.reason === each.zh ? "chip chip-on" : "chip"} onClick={() => flow.setSlot("reason", each.zh)}>
              {say(each)}
            </button>
          ))}
        </div>
      </div>
    );
  }
  if (slot.name === "site" || slot.name === "surgeon") return <TextSlot flow={flow} name={slot.name} />;
  const filled = flow.filled(slot.name);
  const patient = flow.slots.patient;
  const value =
    slot.name === "destination" ? placeName(flow.slots.destination ?? null)
      : slot.name === "patient" && patient?.sealed ? t(`号码 ${patient.tail && `… ${patient.tail}，`}上传时对人`, `Number ${patient.tail && `… ${patient.tail}, `}looked up when sent`)
      : slot.name === "patient" && patient && !patient.name ? t("单上的患者", "The order's patient")
      : slot.name === "patient" && patient ? t(`${patient.bed} 床 ${patient.name} · 尾号 ${patient.tail}`, `Bed ${patient.bed} ${patient.name} · ${patient.tail}`)
        : "";
  return (
    <div class="slot">
      {filled && value ? <Shape verdict={slot.name === "patient" && patient?.sealed ? "look" : "go"} size={20} /> : <span class="slot-wait" />}
      <span class="slot-ask">{filled && value ? value : say(slot.ask)}</span>
      {!filled && slot.name === "order" && <OrderPicker flow={flow} slot={slot} />}
    </div>
  );
}

// Where in the body, chosen or typed; the surgeon's staff number, typed or scanned into the field.
function TextSlot({ flow, name }: { flow: Flow; name: "site" | "surgeon" }) {
  const value = flow.slots[name] ?? "";
  const fill = (text: string) => flow.setSlot(name, text.trim());
  return (
    <div class="slot">
      {value ? <Shape verdict="go" size={20} /> : <span class="slot-wait" />}
      <label class="slot-ask field">
        <span>{name === "site" ? t("植入部位", "Site in the body") : t("术者工号", "Surgeon's staff number")}</span>
        <input type="text" value={value} maxLength={60} autocomplete="off" data-testid={name} onChange={(event) => fill(event.currentTarget.value)} />
      </label>
      {name === "site" && (
        <div class="chips">
          {SITES.map((each) => (
            <button type="button" class={value === each.zh ? "chip chip-on" : "chip"} onClick={() => fill(each.zh)}>{say(each)}</button>
          ))}
        </div>
      )}
    </div>
  );
}

function OrderPicker({ flow, slot }: { flow: Flow; slot: Slot }) {
  const orders = ordersFor(flow.job.id, slot.orders ?? []);
  if (!orders.length) return null;
  return (
    <select
      aria-label={say(slot.ask)} class="picker"
      onChange={(event) => {
        const order = orders.find((each) => each.number === event.currentTarget.value);
        if (order) flow.setOrder(order);
      }}
    >
      <option value="">{t(`${orders.length} 单`, `${orders.length} open`)}</option>
      {orders.map((each) => <option value={each.number}>{each.number} · {each.party ?? placeName(each.destination)}</option>)}
    </select>
  );
}
