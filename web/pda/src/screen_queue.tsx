// What waits: kept here, sent by itself; and what needs a person, until one settles it.

import { useState } from "preact/hooks";
import type { Words } from "./api";
import { hm } from "./clock";
import { placeName, station, syncCopy } from "./copy";
import { markCorrected } from "./history";
import { say, t } from "./i18n";
import { Icon, Shape } from "./icons";
import { jobOf } from "./jobs";
import { unchecked } from "./judge";
import { Button, Empty, Foot, Header } from "./parts";
import { queued, settle, type Item } from "./queue";
import { signAndSend, tellAfterwards, wake } from "./sending";
import { go } from "./router";
import { SignDialog } from "./screen_sign";
import type { Signature } from "./signing";
import { state, useStore } from "./state";

const FEW = 40;

export function QueueScreen() {
  useStore();
  const [busy, setBusy] = useState(false);
  const [many, setMany] = useState(false);
  const items = queued();
  const troubled = items.filter((each) => each.status === "attention");
  const waiting = items.filter((each) => each.status === "waiting").reverse();
  const shown = many ? waiting : waiting.slice(0, FEW);
  const attempt = async () => {
    setBusy(true);
    await syncCopy().catch(() => undefined);
    await wake();
    setBusy(false);
  };
  const sub = state.online
    ? t(`已同步 ${state.syncedAt ? hm(new Date(state.syncedAt)) : "–"}`, `Synced ${state.syncedAt ? hm(new Date(state.syncedAt)) : "–"}`)
    : t(`离线自 ${hm(new Date(state.offlineSince ?? Date.now()))}`, `Offline since ${hm(new Date(state.offlineSince ?? Date.now()))}`);
  return (
    <>
      <Header title={t("待上传", "To send")} sub={sub} />
      <main class="body">
        {!state.online && <OfflineCard />}
        {state.storageFull && (
          <p class="fault" role="alert"><Shape verdict="stop" size={18} />{t("本机存不下了。先连网上传", "Storage is full. Go online and send first")}</p>
        )}
        {troubled.length > 0 && <h3 class="section">{t(`${troubled.length} 条需处理`, `${troubled.length} to settle`)}</h3>}
        {troubled.map((item) => <Troubled item={item} />)}
        {waiting.length > 0 && (
          <>
            <h3 class="section">{t(`${waiting.length} 条待上传 · ${placeName(station())}`, `${waiting.length} to send · ${placeName(station())}`)}</h3>
            <section class="card lines">{shown.map((item) => <Waiting item={item} />)}
              {shown.length < waiting.length && (
                <button type="button" class="row more" onClick={() => setMany(true)}>
                  {t(`还有 ${waiting.length - shown.length} 条`, `${waiting.length - shown.length} more`)}<Icon name="chevron-down" size={20} />
                </button>
              )}
            </section>
          </>
        )}
        {!items.length && <Empty icon="check" text={t("都上传了，没有要处理的", "All sent, nothing to settle")} />}
        {state.lastSend && (
          <p class="micro last-send" data-testid="last-send">
            {t(
              `上次 ${hm(new Date(state.lastSend.at))}：接受 ${state.lastSend.accepted} · 重复 ${state.lastSend.duplicate} · `,
              `Last ${hm(new Date(state.lastSend.at))}: ${state.lastSend.accepted} accepted · ${state.lastSend.duplicate} duplicate · `,
            )}
            <span class={state.lastSend.exception ? "late" : ""}>{t(`需处理 ${state.lastSend.exception}`, `${state.lastSend.exception} to settle`)}</span>
          </p>
        )}
      </main>
      <Foot>
        <Button disabled={busy} onClick={() => void attempt()} id="try">{busy ? t("正在试", "Trying") : t("试连网络", "Try now")}</Button>
        <Button main icon="scan-line" onClick={() => go("home")}>{t("继续扫码", "Keep scanning")}</Button>
      </Foot>
    </>
  );
}

function OfflineCard() {
  return (
    <section class="card offline">
      <div class="offline-head">
        <Icon name="wifi-off" size={28} />
        <div><b>{t("照常扫，记录已存在本机", "Keep scanning, records are kept here")}</b>
          <span>{t("有网后自己上传，关机也不会丢", "Sent by itself later, safe without power")}</span></div>
      </div>
      <p><b class="look">{t("现在查不到：", "Can't check now: ")}</b>{unchecked().map(say).join(t("、", "; "))}</p>
    </section>
  );
}

const NAMES: Record<string, Words> = {
  bedside: { zh: "床旁给药", en: "Bedside" },
  correct: { zh: "更正", en: "Correction" },
  count: { zh: "盘点", en: "Count" },
};
const title = (item: Item): string => say(jobOf(item.job)?.name ?? NAMES[item.job]);

// What a signature would settle; how many it takes.
const SIGNED: Record<string, number> = { "signature-required": 1, "sign-in-failed": 1, "second-signature-required": 2, "same-person": 2 };
const toSign = (item: Item): number => (item.correction ? (SIGNED[item.problems[0]?.code ?? ""] ?? 0) : 0);

function Waiting({ item }: { item: Item }) {
  return (
    <div class="row" data-testid="waiting">
      <span class="row-clock"><Icon name="clock" size={18} /></span>
      <div class="row-text"><b>{title(item)}</b><span>{item.what}</span></div>
      <span class="row-side"><span>{hm(new Date(item.at))}</span><small>{t("待上传", "waiting")}</small></span>
    </div>
  );
}

function Troubled({ item }: { item: Item }) {
  const [sure, setSure] = useState(false);
  const [signing, setSigning] = useState(false);
  const persons = toSign(item);
  const mine = state.person?.number === item.by && state.online;
  const sign = async (given: Signature[]) => {
    const wrong = await signAndSend(item, given);
    if (!wrong) await markCorrected(String(item.correction!["corrects"]));
  };
  return (
    <section class="card troubled" data-testid="troubled">
      <div class="row">
        <Shape verdict="look" size={24} />
        <div class="row-text"><b>{title(item)}</b><span>{item.what}</span></div>
        <span class="row-side"><span>{hm(new Date(item.at))}</span><small>{item.by}</small></span>
      </div>
      <ul class="why">{item.problems.map((each) => <li>{say(each.text)}</li>)}</ul>
      <p class="micro">
        {item.recorded ? t("已记账，药师在工作台核对", "On record; a pharmacist checks it at the desk") : t("没有记账，只在这台机器上", "Not on record; only on this device")}
      </p>
      <div class="troubled-buttons">
        {item.recorded ? (
          <Button onClick={() => void settle(item)}>{t("知道了", "Seen")}</Button>
        ) : sure ? (
          <>
            <Button onClick={() => setSure(false)}>{t("不删", "Keep it")}</Button>
            <Button onClick={() => void settle(item)} id="drop">{t("确认没有发生", "It did not happen")}</Button>
          </>
        ) : (
          <>
            <Button onClick={() => setSure(true)}>{t("没有做，去掉", "Not done")}</Button>
            {persons > 0 && <Button main disabled={!mine} onClick={() => setSigning(true)} id="sign">{mine ? t("签名", "Sign") : t(`${item.by} 来签`, `${item.by} signs`)}</Button>}
            {item.event && <Button onClick={() => void tellAfterwards(item)} id="tell">{t("做了，照实补记", "Done: record it")}</Button>}
          </>
        )}
      </div>
      {signing && (
        <SignDialog
          count={persons} what={`${title(item)}${t("：", ": ")}${item.what}`}
          onSigned={(given) => { setSigning(false); void sign(given); }} onClose={() => setSigning(false)}
        />
      )}
    </section>
  );
}
