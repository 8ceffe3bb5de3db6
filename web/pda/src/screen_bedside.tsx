// The bedside: wristband, then drug; five rights as five ticks; a second nurse where it takes one.

import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { Bedside } from "./bedside";
import { REASONS, RIGHTS, routeName, type Right } from "./care_words";
import { hm } from "./clock";
import { Camera } from "./camera";
import { placeName, station } from "./copy";
import { say, t } from "./i18n";
import { Icon, Shape } from "./icons";
import { Banner, Button, Empty, Foot, Header } from "./parts";
import { keepRound, type DueDose } from "./round";
import { handedOver } from "./router";
import { ThingCard } from "./thing_card";
import { SignDialog } from "./screen_sign";
import { state, useStore } from "./state";
import { onScan, scan } from "./wedge";

export function BedsideScreen() {
  useStore();
  const [, again] = useState(0);
  const bedside = useMemo(() => new Bedside(() => again((count) => count + 1)), []);
  const [signing, setSigning] = useState(false);
  const [camera, setCamera] = useState(false);
  const [refusing, setRefusing] = useState(false);
  useLayoutEffect(() => {
    const first = handedOver();
    void keepRound().catch(() => undefined);
    if (first) void bedside.scan(first);
    return onScan((raw) => void bedside.scan(raw));
  }, []);
  if (camera) return <Camera onFound={(raws) => raws.forEach(scan)} onClose={() => setCamera(false)} />;
  const confirm = () => (bedside.judging ? undefined : bedside.signatures ? setSigning(true) : void bedside.confirm([]));
  return (
    <>
      <Header title={t("床旁给药", "Bedside")} sub={`${placeName(station())} · ${state.person?.number ?? ""}`} />
      {bedside.said && <Banner {...bedside.said} />}
      <main class="body">
        {bedside.patient ? <PatientCard bedside={bedside} /> : <Empty icon="bed" text={t("先扫患者腕带", "Scan the wristband first")} />}
        {bedside.conflict && <Conflict bedside={bedside} />}
        {bedside.reading && bedside.said?.verdict === "stop" && <ThingCard reading={bedside.reading} />}
        {refusing && <Refusing bedside={bedside} onDone={() => setRefusing(false)} />}
        {bedside.patient && bedside.reading && !refusing && <Rights bedside={bedside} />}
        {bedside.unchecked.length > 0 && (
          <p class="unchecked" data-testid="unchecked"><b>{t("现在查不到：", "Can't check now: ")}</b>{bedside.unchecked.map(say).join(t("、", "; "))}</p>
        )}
        {bedside.ready && bedside.order?.dose && !refusing && <Partial bedside={bedside} />}
        {bedside.patient && !bedside.reading && <Orders bedside={bedside} />}
      </main>
      {refusing ? <Foot><Button main onClick={() => setRefusing(false)} id="withhold">{t("返回", "Back")}</Button></Foot> : <Foot>
        {bedside.patient && (bedside.order || bedside.reading)
          ? <Button onClick={() => setRefusing(!refusing)} id="withhold">{t("暂不给药", "Not now")}</Button>
          : <Button icon="camera" onClick={() => setCamera(true)} id="camera">{t("拍码", "Camera")}</Button>}
        {bedside.ready
          ? <Button main disabled={bedside.busy} onClick={confirm} id="confirm">{t("确认给药", "Give")}</Button>
          : bedside.said?.verdict === "stop"
            ? <Button main icon="scan-line" onClick={() => bedside.reset()} id="again">{t("重扫腕带", "Scan wristband")}</Button>
            : <Button main disabled onClick={() => undefined}>{bedside.patient ? t("扫药", "Scan the drug") : t("扫腕带", "Scan wristband")}</Button>}
      </Foot>}
      {signing && (
        <SignDialog
          count={bedside.signatures} what={t("高警示药，双人核对后给药", "High-alert: checked by two")}
          onSigned={(given) => { setSigning(false); void bedside.confirm(given); }} onClose={() => setSigning(false)}
        />
      )}
    </>
  );
}

function PatientCard({ bedside }: { bedside: Bedside }) {
  const { bed, name, tail, sealed } = bedside.patient!;
  if (sealed) {
    return (
      <section class="card patient" data-testid="patient">
        <span class="bed">?</span>
        <div><b>{t("不在名单里", "Not on the list")}</b><p class="second">{t("腕带尾 ", "Band … ")}<span class="mono">{tail}</span>{t("，上传时对人", ", looked up when sent")}</p></div>
      </section>
    );
  }
  return (
    <section class="card patient" data-testid="patient">
      <span class="bed">{t(`${bed} 床`, `Bed ${bed}`)}</span>
      <div><b>{name}</b><p class="second">{t("住院号尾 ", "Record … ")}<span class="mono">{tail}</span></p></div>
    </section>
  );
}

function Conflict({ bedside }: { bedside: Bedside }) {
  return (
    <>
      <ol class="card steps">
        <li>{t("停手，不要给", "Stop, do not give it")}</li>
        <li>{bedside.conflict}</li>
      </ol>
      <p class="who"><Icon name="user-check" size={18} />{t("拿不准，叫责任护士", "Not sure: the nurse in charge")}</p>
    </>
  );
}

const NAMES: Record<Right, { zh: string; en: string }> = {
  patient: { zh: "患者", en: "Patient" },
  drug: { zh: "药品", en: "Drug" },
  dose: { zh: "剂量", en: "Dose" },
  route: { zh: "途径", en: "Route" },
  time: { zh: "时间", en: "Time" },
};

function Rights({ bedside }: { bedside: Bedside }) {
  return (
    <section class="card lines rights" data-testid="rights">
      {RIGHTS.map((right) => {
        const { verdict, text } = bedside.right(right);
        return (
          <div class={`row row-${verdict ?? "wait"}`} data-right={right} data-verdict={verdict ?? "unknown"}>
            {verdict ? <Shape verdict={verdict} size={22} /> : <span class="slot-wait" />}
            <b>{say(NAMES[right])}</b>
            <div class="row-text"><span>{text}</span></div>
          </div>
        );
      })}
      {bedside.signatures > 1 && (
        <div class="row"><Icon name="users-round" size={22} /><b>{t("双核", "Two")}</b><div class="row-text"><span>{bedside.given === null ? t("高警示药。第二位护士扫工牌", "High-alert. A second nurse signs") : t("余药弃去，第二位护士扫工牌", "The rest is wasted: a second nurse signs")}</span></div></div>
      )}
    </section>
  );
}

function Partial({ bedside }: { bedside: Bedside }) {
  const [open, setOpen] = useState(false);
  const dose = bedside.order!.dose!;
  if (!open) return <button type="button" class="plain" data-testid="partial" onClick={() => setOpen(true)}>{t("没有给完整一剂", "Not the whole dose")}</button>;
  return (
    <label class="card field partial">
      <span>{t(`实际给了多少（医嘱 ${dose.amount} ${dose.unit}），余下的双人弃去`, `How much was given (ordered ${dose.amount} ${dose.unit}); the rest is wasted before a witness`)}</span>
      <input type="text" inputMode="decimal" data-testid="given" ref={(field) => field?.scrollIntoView()} onInput={(event) => bedside.setGiven(event.currentTarget.value)} />
    </label>
  );
}

function Refusing({ bedside, onDone }: { bedside: Bedside; onDone: () => void }) {
  return (
    <section class="card slots">
      <div class="slot">
        <span class="slot-ask">{t("为什么不给", "Why not")}</span>
        <div class="chips">
          {REASONS.map((each) => (
            <button type="button" class="chip" onClick={() => { onDone(); void bedside.withhold(each); }}>{say(each.text)}</button>
          ))}
        </div>
      </div>
    </section>
  );
}

const TIMING: Record<DueDose["timing"], { zh: string; en: string }> = {
  due: { zh: "现在", en: "now" },
  overdue: { zh: "过时", en: "overdue" },
  later: { zh: "未到", en: "later" },
  "as-needed": { zh: "必要时", en: "as needed" },
};

function Orders({ bedside }: { bedside: Bedside }) {
  if (!bedside.orders.length) {
    const text = bedside.patient?.sealed ? t("离线，查不到医嘱。照纸质医嘱扫药", "Offline, no orders here. Scan by the chart") : t("没有要给的医嘱。扫药也可以", "No orders due. A drug can be scanned");
    return <Empty icon="pill" text={text} />;
  }
  return (
    <section class="card lines" data-testid="orders">
      {bedside.orders.map((order) => (
        <button type="button" class={bedside.order === order ? "row order-row on" : "row order-row"} onClick={() => bedside.choose(order)}>
          <Icon name="pill" size={22} />
          <div class="row-text">
            <b>{order.name ?? order.generic ?? order.product}</b>
            <span>{order.dose ? `${order.dose.amount} ${order.dose.unit}` : ""} · {routeName(order.route ?? "")} · {order.frequency}{order.high_alert ? t(" · 高警示", " · high alert") : ""}</span>
          </div>
          <span class="row-side">{order.due ? hm(new Date(order.due)) : ""}<small class={order.timing === "overdue" ? "late" : ""}>{say(TIMING[order.timing])}</small></span>
        </button>
      ))}
    </section>
  );
}

