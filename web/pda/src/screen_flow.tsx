// A job on the screen: the verdict, the thing, what was scanned, and two buttons.

import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Words } from "./api";
import { Camera } from "./camera";
import { placeName, station } from "./copy";
import { Flow } from "./engine";
import { Bottom } from "./flow_foot";
import { DoneList, OrderLines, RecallList, TakenList } from "./flow_lists";
import { say, t } from "./i18n";
import type { Job } from "./jobs";
import { Banner, Empty, Header } from "./parts";
import { handedOver } from "./router";
import { SignDialog } from "./screen_sign";
import type { Signature } from "./signing";
import { SlotList } from "./slots";
import { state, useStore } from "./state";
import { Instead, NextSteps, ThingCard, Unchecked } from "./thing_card";
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
      {flow.done && <DoneList what={flow.done.what} />}
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

const whose = (flow: Flow): Words[] => (flow.slots.patient?.sealed ? [{ zh: "腕带是谁", en: "whose band it is" }] : []);
