// A job on the screen: the verdict, the thing, what was scanned, and two buttons.

import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Words } from "./api";
import { Camera } from "./camera";
import { hms, now, day } from "./clock";
import { shown } from "./codes";
import { advice, copy, isHere, isLotBlocked, placeName, station, type KnownLot, type Lying, type Order } from "./copy";
import { fits, Flow, type Taken } from "./engine";
import { say, t } from "./i18n";
import { Icon, Shape } from "./icons";
import { instead, type Reading } from "./judge";
import { reasonsOf, SITES, type Job, type Slot } from "./jobs";
import { Banner, Button, CodeChip, Empty, Expiry, Foot, Header, short, Stepper, Tag } from "./parts";
import { go, handedOver } from "./router";
import { SignDialog } from "./screen_sign";
import type { Signature } from "./signing";
import { state, useStore } from "./state";
import { onScan, scan } from "./wedge";

export function FlowScreen({ job }: { job: Job }) {
  useStore();
  const [, again] = useState(0);
  const flow = useMemo(() => new Flow(job, () => again((count) => count + 1)), [job.id]);
  const [signing, setSigning] = useState(false);
  const [camera, setCamera] = useState(false);
  useLayoutEffect(() => {
    const first = handedOver();
    if (first) void flow.scan(first);
    return onScan((raw) => void flow.scan(raw));
  }, [flow]);

  const confirm = async () => {
    if (!(await flow.settled())) return;
    if (flow.signatures) setSigning(true);
    else await flow.confirm();
  };
  const signed = (given: Signature[]) => {
    setSigning(false);
    void flow.confirm(given);
  };
  if (camera) return <Camera onFound={(raws) => raws.forEach(scan)} onClose={() => setCamera(false)} />;
  return (
    <>
      <Header title={say(job.name)} sub={subtitle(flow)} />
      <Top flow={flow} />
      <main class="body">
        <Middle flow={flow} job={job} />
      </main>
      <Bottom flow={flow} onConfirm={() => void confirm()} onCamera={() => setCamera(true)} />
      {signing && (
        <SignDialog
          count={flow.signatures} what={`${say(job.name)} ${flow.count.done} ${flow.count.unit}`}
          onSigned={signed} onClose={() => setSigning(false)}
        />
      )}
    </>
  );
}

function subtitle(flow: Flow): string {
  const { order, party } = flow.slots;
  const said = [
    order && order.number,
    party && order ? party : null,
    !order && placeName(station()),
    state.person && !order ? state.person.number : null,
  ];
  return said.filter(Boolean).join(" · ");
}

function Top({ flow }: { flow: Flow }) {
  if (flow.done) {
    const { count, kept, troubled } = flow.done;
    const text = kept
      ? t("已存在本机，有网自己上传", "Kept here, sent by itself")
      : troubled
        ? t(`已记账，${troubled} 笔要核对`, `On record, ${troubled} to check`)
        : say(flow.job.afterwards) || t("已记账", "On record");
    const verdict = troubled ? "look" : "go";
    const word = kept ? t("已保存", "KEPT") : t("完成", "DONE");
    return <Banner verdict={verdict} word={word} text={text} count={{ done: count, of: null, unit: t("件", "pcs") }} />;
  }
  const shown = flow.shown;
  if (!shown) return null;
  if (shown.is === "said") {
    const stop = shown.verdict === "stop";
    return <Banner verdict={shown.verdict} word={stop ? undefined : shown.title} text={stop ? `${shown.title}${t("：", ": ")}${shown.text}` : shown.text} />;
  }
  const { reading } = shown;
  const text = say(reading.text) || say(flow.job.go);
  return <Banner verdict={reading.verdict} text={text} count={flow.count} />;
}

function Middle({ flow, job }: { flow: Flow; job: Job }) {
  const shown = flow.shown?.is === "thing" ? flow.shown.reading : null;
  const nothing = !flow.taken.length && !shown;
  return (
    <>
      {shown && <ThingCard reading={shown} />}
      {shown?.verdict === "stop" && <NextSteps reading={shown} />}
      {shown?.verdict === "look" && shown.reason !== "twice" && shown.reason !== "near-expiry" && <Instead reading={shown} />}
      {shown?.offline && shown.verdict !== "stop" && <Unchecked words={[...whose(flow), ...shown.unchecked]} />}
      {!flow.done && <SlotList flow={flow} job={job} />}
      {flow.order && <OrderLines flow={flow} order={flow.order} />}
      {nothing && !flow.order && !flow.done && job.id !== "recall" && (
        <Empty icon="scan-line" text={say(job.hint)} />
      )}
      {job.id === "recall" && nothing && <RecallList />}
      {flow.taken.length > 0 && <TakenList flow={flow} />}
    </>
  );
}

export function ThingCard({ reading }: { reading: Reading }) {
  const { product } = reading;
  return (
    <section class={`card thing thing-${reading.verdict}`} data-testid="thing">
      <h2>{product?.name ?? (reading.container ? t("外包装", "Container") : t("不认识的码", "Unknown code"))}</h2>
      {product && (
        <p class="second">
          {product.specification} · {say(FLAGS[product.flags[0] ?? ""]) || product.code}
        </p>
      )}
      <div class="tags">
        {reading.lot && <Tag name={t("批", "Lot")}>{reading.lot}</Tag>}
        {reading.expiry && <Expiry on={reading.expiry} />}
      </div>
      <CodeChip code={shown(reading.raw, reading.key)} />
      {reading.locationName && <p class="second">{t("账上在 ", "Books: ")}{reading.locationName}</p>}
    </section>
  );
}

const FLAGS: Record<string, { zh: string; en: string }> = {
  "high-alert": { zh: "高警示药", en: "High alert" },
  narcotic: { zh: "麻精药品", en: "Narcotic" },
  "cold-chain": { zh: "冷藏", en: "Cold chain" },
  "high-value": { zh: "高值", en: "High value" },
  consigned: { zh: "寄售", en: "Consigned" },
};

function NextSteps({ reading }: { reading: Reading }) {
  const other = instead(reading);
  const recalled = reading.reason === "recalled";
  const first = recalled
    ? t("放进红色隔离箱，再做隔离", "Put it in the red box, then quarantine")
    : say(reading.text).split(/[。.]/).slice(1).join(" ").trim() || t("放到一边，不要用", "Set it aside, do not use it");
  return (
    <>
      <ol class="card steps">
        <li>{first}</li>
        {other && (
          <li>
            {t("改用批号 ", "Use lot ")}<b class="mono">{other.lot}</b>
            <br />
            {placeName(other.location)}{t("，有 ", ", ")}<b>{other.quantity}</b> {reading.product?.unit}
          </li>
        )}
      </ol>
      <p class="who"><Icon name="user-check" size={18} />{who(reading.reason)}</p>
    </>
  );
}

function who(reason: string | null): string {
  if (reason === "recalled" || reason === "quarantined") return t("有疑问找质控或药师", "Questions: quality or a pharmacist");
  if (reason === "forbidden") return t("这一步叫有权限的人来做", "Ask somebody who may do this");
  if (reason === "second-person-missing") return t("叫第二个人来", "Call a second person");
  if (reason?.startsWith("scan-") || reason === "unknown-code") return t("还不行找药库登记", "Still wrong: ask the store");
  return t("有疑问找药师", "Questions: a pharmacist");
}

function Instead({ reading }: { reading: Reading }) {
  const other = instead(reading);
  return (
    <section class="card advice">
      <b>{say(reading.text)}</b>
      {other && (
        <p>
          {t("换批号 ", "Take lot ")}<b class="mono">{other.lot}</b>{other.expiry && `${t("，效期 ", ", exp ")}${other.expiry}`}
          <br />
          {placeName(other.location)}{t("，有 ", ", ")}{other.quantity} {reading.product?.unit}
        </p>
      )}
    </section>
  );
}

const whose = (flow: Flow): Words[] => (flow.slots.patient?.sealed ? [{ zh: "腕带是谁", en: "whose band it is" }] : []);

function Unchecked({ words }: { words: Words[] }) {
  return (
    <p class="unchecked" data-testid="unchecked">
      <b>{t("现在查不到：", "Can't check now: ")}</b>{words.map(say).join(t("、", "; "))}
    </p>
  );
}

function SlotList({ flow, job }: { flow: Flow; job: Job }) {
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
      : slot.name === "patient" && patient?.sealed ? t(`腕带 ${patient.tail && `… ${patient.tail}，`}上传时对人`, `Band ${patient.tail && `… ${patient.tail}, `}looked up when sent`)
      : slot.name === "patient" && patient && !patient.name ? t("单上的患者", "The order's patient")
      : slot.name === "patient" && patient ? t(`${patient.bed} 床 ${patient.name} · 尾号 ${patient.tail}`, `Bed ${patient.bed} ${patient.name} · ${patient.tail}`)
        : "";
  return (
    <div class="slot">
      {filled && value ? <Shape verdict="go" size={20} /> : <span class="slot-wait" />}
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

export function ordersFor(job: string, types: string[]): Order[] {
  return [...copy.orders.values()].filter((order) => {
    if (!types.includes(order.type)) return false;
    const mine = isHere((job === "pick" ? order.source : order.destination) ?? "");
    return job === "dispense" ? true : mine;
  });
}

function OrderLines({ flow, order }: { flow: Flow; order: Order }) {
  return (
    <section class="card lines">
      {order.lines.map((line) => {
        const product = line.product ? copy.products.get(line.product) : undefined;
        const done = flow.progress(line);
        const full = flow.limited && done >= line.quantity;
        const take = flow.job.id === "pick" && product && !full ? advice(product.code, day(now()))[0] : undefined;
        return (
          <div class={full ? "row row-done" : "row"}>
            {full ? <Shape verdict="go" size={22} /> : <span class="slot-wait" />}
            <div class="row-text">
              <b>{product?.name ?? line.product ?? line.identifiers[0]}</b>
              <span>
                {take
                  ? <>{t("先取 ", "First ")}<span class="mono">{take.lot}</span> · {take.expiry}{take.location === station() ? "" : ` · ${placeName(take.location)}`}</>
                  : (line.lot ? `${t("批 ", "Lot ")}${line.lot}` : product?.specification)}
              </span>
            </div>
            <span class="row-count"><b>{done}</b>{flow.limited ? ` / ${line.quantity}` : ""}</span>
          </div>
        );
      })}
    </section>
  );
}

// What lies here of a recall, and is not set apart yet.
export function recalledHere(): { lot: KnownLot; left: Lying[] }[] {
  return [...copy.stock.values()]
    .filter(isLotBlocked)
    .map((lot) => ({ lot, left: lot.rows.filter((row) => row.status !== "quarantined") }))
    .filter(({ left }) => left.length);
}

function RecallList() {
  const found = recalledHere();
  if (!found.length) return <Empty icon="shield-alert" text={t("这里没有要找的召回品", "Nothing recalled lies here")} />;
  return (
    <section class="card lines">
      {found.map(({ lot, left }) => (
        <div class="row">
          <Shape verdict="stop" size={22} />
          <div class="row-text">
            <b>{copy.products.get(lot.product)?.name ?? lot.product}</b>
            <span><span class="mono">{lot.lot || "–"}</span> · {left.map((row) => placeName(row.location)).join(t("、", ", "))}</span>
          </div>
          <span class="row-count"><b>{left.reduce((sum, row) => sum + row.quantity, 0)}</b></span>
        </div>
      ))}
    </section>
  );
}

function TakenList({ flow }: { flow: Flow }) {
  const latest = [...flow.taken].reverse();
  return (
    <>
      <h3 class="section">{t("刚才扫的", "Scanned")}</h3>
      <section class="card lines" data-testid="taken">
        {latest.slice(0, 30).map((each) => <TakenRow flow={flow} taken={each} />)}
        {latest.length > 30 && <div class="row more">{t(`还有 ${latest.length - 30} 条`, `${latest.length - 30} more`)}</div>}
      </section>
    </>
  );
}

function TakenRow({ flow, taken }: { flow: Flow; taken: Taken }) {
  const { reading } = taken;
  return (
    <div class="row" data-testid="taken-row">
      <Shape verdict="go" size={22} />
      <div class="row-text row-scan">
        <span class="mono">{reading.piece || flow.job.id === "split" ? short(shown(reading.raw, reading.key)) : reading.lot}</span>
        <span>{reading.product?.name}</span>
      </div>
      {reading.piece
        ? <span class="row-time">{hms(new Date(taken.at))}</span>
        : <Stepper value={taken.quantity} unit={reading.product?.unit ?? ""} onChange={(value) => flow.setQuantity(taken, value)} />}
    </div>
  );
}

function Bottom({ flow, onConfirm, onCamera }: { flow: Flow; onConfirm: () => void; onCamera: () => void }) {
  const reading = flow.shown?.is === "thing" ? flow.shown.reading : null;
  if (reading?.verdict === "look" && reading.reason === "near-expiry") {
    // It is to be used first, so to take it is the safe choice.
    return (
      <Foot>
        <Button icon="scan-line" onClick={() => dismiss(flow)}>{t("换一件", "Another")}</Button>
        <Button main onClick={() => flow.takeAnyway()} id="anyway">{t("就用这一件", "Take this one")}</Button>
      </Foot>
    );
  }
  if (reading?.verdict === "look" && reading.reason !== "twice" && reading.reason !== "not-recalled") {
    return (
      <Foot>
        <Button onClick={() => flow.takeAnyway()} id="anyway">{t("看过，仍做", "Do it")}</Button>
        <Button main icon="scan-line" onClick={() => dismiss(flow)}>{t("换一件再扫", "Scan another")}</Button>
      </Foot>
    );
  }
  if (reading?.verdict === "stop" && reading.reason === "recalled" && flow.job.id !== "recall") {
    return (
      <Foot>
        <Button onClick={() => dismiss(flow)}>{t("继续扫", "Go on")}</Button>
        <Button main icon="shield-alert" onClick={() => go("job", "recall", reading.raw)}>{t("隔离它", "Quarantine")}</Button>
      </Foot>
    );
  }
  if (flow.done) {
    return (
      <Foot>
        <Button onClick={() => go("home")}>{t("回首页", "Home")}</Button>
        <Button main icon="scan-line" onClick={() => { flow.done = null; dismiss(flow); }}>{t("再来一单", "Another")}</Button>
      </Foot>
    );
  }
  if (!flow.taken.length) {
    return (
      <Foot>
        <Button icon="camera" onClick={onCamera} id="camera">{t("拍码", "Camera")}</Button>
        <Button main disabled onClick={() => undefined}>{t("等着扫码", "Waiting for a scan")}</Button>
      </Foot>
    );
  }
  const missing = flow.missing[0];
  const slot = flow.job.slots.find((each) => each.name === missing);
  return (
    <Foot>
      <Button icon="undo-2" onClick={() => flow.takeBack()} id="undo">{t("撤回", "Undo")}</Button>
      <Button main disabled={flow.busy || missing !== undefined || flow.incomplete} onClick={onConfirm} id="confirm">
        {flow.busy ? t("正在记账", "Recording") : slot ? say(slot.ask) : `${say(flow.job.done)} ${flow.count.of === null ? flow.count.done : ""}`}
      </Button>
    </Foot>
  );
}

function dismiss(flow: Flow): void {
  flow.shown = null;
  flow.setSlot("party", flow.slots.party ?? "");
  if (!flow.slots.party) delete flow.slots.party;
}

export { fits };
