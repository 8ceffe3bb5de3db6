// The two buttons of a job: the safer choice is the filled one.

import type { Flow } from "./engine";
import { say, t } from "./i18n";
import { Button, Foot } from "./parts";
import { go } from "./router";

export function Bottom({ flow, onConfirm, onCamera }: { flow: Flow; onConfirm: () => void; onCamera: () => void }) {
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
        {flow.busy ? t("正在记账", "Recording") : slot ? say(slot.ask) : flow.incomplete ? say(flow.job.go) : `${say(flow.job.done)} ${flow.count.of === null ? flow.count.done : ""}`}
      </Button>
    </Foot>
  );
}

function dismiss(flow: Flow): void {
  flow.shown = null;
  flow.setSlot("party", flow.slots.party ?? "");
  if (!flow.slots.party) delete flow.slots.party;
}
