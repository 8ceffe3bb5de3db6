// Home: scan anything, or choose a job.

import { useLayoutEffect } from "preact/hooks";
import { hm } from "./clock";
import { copy, firstCopy, isHere, placeName, station } from "./copy";
import { say, t } from "./i18n";
import { Icon, type IconName } from "./icons";
import { JOBS, jobOfOrder, type Job } from "./jobs";
import { Header } from "./parts";
import { recogniseAnew } from "./recognise";
import { go } from "./router";
import { ordersFor, recalledHere } from "./standing";
import { play } from "./sound";
import { changed, state, useStore } from "./state";
import { openTasks } from "./tasks";
import { onScan } from "./wedge";

export const may = (action: string): boolean => state.person?.actions.includes(action) ?? false;

// Beside the jobs of the engine, those with a screen of their own.
const OTHERS: { id: string; action: string; icon: IconName; name: { zh: string; en: string }; hint: { zh: string; en: string } }[] = [
  { id: "bedside", action: "administer", icon: "bed", name: { zh: "床旁给药", en: "Bedside" }, hint: { zh: "扫腕带，再扫药", en: "Wristband, then drug" } },
  { id: "count", action: "count", icon: "clipboard-check", name: { zh: "盘点", en: "Count" }, hint: { zh: "扫货位，再扫货", en: "Shelf, then goods" } },
  { id: "recall", action: "work_recall", icon: "shield-alert", name: { zh: "召回", en: "Recall" }, hint: { zh: "找出来，扫一件隔离一件", en: "Find it, scan it, set it apart" } },
  { id: "lookup", action: "search", icon: "search", name: { zh: "查一查", en: "Look up" }, hint: { zh: "任何码都可以", en: "Any code" } },
];
const ORDER = ["bedside", "receive", "inspect", "putaway", "pick", "accept", "dispense", "split", "use", "count", "send", "return", "recall", "quarantine", "waste", "lookup"];

// What must not wait stands first.
const rank = (id: string): number => (id === "recall" && (openTasks().length || recalledHere().length) ? -1 : ORDER.indexOf(id));

export function HomeScreen() {
  useStore();
  useLayoutEffect(() => onScan((raw) => void begin(raw)), []);
  const jobs: (Job | (typeof OTHERS)[number])[] = [...JOBS.filter((job) => job.id !== "recall"), ...OTHERS]
    .filter((job) => may(job.action))
    .sort((a, b) => rank(a.id) - rank(b.id));
  return (
    <>
      <Header mark title={placeName(station()) || "medtrace"} sub={`${state.person?.name ?? ""} ${state.person?.number ?? ""}`} />
      <main class="body home">
        <div class="hero">
          <Icon name="scan-line" size={40} />
          <div><b>{t("直接扫，自动认单", "Just scan")}</b><span>{t("扫单据、药盒、库位都可以", "Note, box or shelf")}</span></div>
        </div>
        <nav class="card jobs" aria-label={t("工作", "Jobs")}>
          {jobs.map((job) => <JobRow job={job} />)}
        </nav>
      </main>
      <div class="home-foot">
        <span>{t("今天已扫 ", "Scanned ")}<b>{state.scanned}</b> · {t("退回 ", "stopped ")}<b>{state.refused}</b></span>
        <span class="home-tools">
          <button type="button" class="tool" aria-label={t("刚才做的", "Done lately")} data-testid="done-lately" onClick={() => go("done")}><Icon name="clock" size={22} /></button>
          <button type="button" class="tool" aria-label={t("声音", "Sound")} aria-pressed={!state.muted} onClick={mute}>
            <Icon name={state.muted ? "volume-off" : "volume"} size={22} />
          </button>
          <button type="button" class="tool" aria-label={t("设置", "Settings")} onClick={() => go("settings")}><Icon name="settings" size={22} /></button>
        </span>
      </div>
    </>
  );
}

function mute(): void {
  state.muted = !state.muted;
  localStorage.setItem("muted", String(state.muted));
  changed();
}

function JobRow({ job }: { job: Job | (typeof OTHERS)[number] }) {
  const { count, hint, tone } = state.person ? standing(job) : { count: 0, hint: say(job.hint), tone: "" };
  const path: [string, string?] = "kind" in job ? ["job", job.id] : [job.id];
  return (
    <button type="button" class={`job ${tone ? `job-${tone}` : ""}`} onClick={() => go(...path)} data-testid={`job-${job.id}`}>
      <span class="job-icon"><Icon name={job.icon} size={24} /></span>
      <span class="job-text"><b>{say(job.name)}</b><span>{hint}</span></span>
      {count > 0 && <b class="job-count">{count}</b>}
      <Icon name="chevron-right" size={20} />
    </button>
  );
}

function standing(job: { id: string; hint: { zh: string; en: string } }): { count: number; hint: string; tone: string } {
  const plain = { count: 0, hint: say(job.hint), tone: "" };
  if (job.id === "receive") {
    const open = ordersFor("receive", ["po", "desadv"]);
    return open.length ? { ...plain, count: open.length, hint: t(`${open.length} 单到货`, `${open.length} open`) } : plain;
  }
  if (job.id === "pick") {
    const open = ordersFor("pick", ["transfer"]);
    const places = [...new Set(open.map((order) => placeName(order.destination)))];
    return open.length ? { ...plain, count: open.length, hint: places.slice(0, 2).join(t("、", ", ")) } : plain;
  }
  if (job.id === "accept") {
    const coming = [...copy.stock.values()].flatMap((lot) => lot.rows).filter((row) => row.status === "in-transit" && isHere(row.location));
    const sum = coming.reduce((total, row) => total + row.quantity, 0);
    return sum ? { ...plain, count: sum, hint: t(`${sum} 件在路上`, `${sum} on the way`) } : plain;
  }
  if (job.id === "recall") {
    const tasks = openTasks();
    if (tasks[0]) return { count: tasks.length, tone: "stop", hint: `${tasks[0].products.join(t("、", ", "))} ${tasks[0].lots[0] ?? ""}` };
    const found = recalledHere();
    const first = found[0];
    return first
      ? { count: found.length, tone: "stop", hint: `${copy.products.get(first.lot.product)?.name ?? ""} ${first.lot.lot}` }
      : plain;
  }
  return plain;
}

async function begin(raw: string): Promise<void> {
  await firstCopy();
  const found = await recogniseAnew(raw);
  state.scanned += 1;
  if (found.is === "order") {
    const id = jobOfOrder(found.order.type, isHere(found.order.source ?? ""));
    play("go");
    return go("job", id, raw);
  }
  if (found.is === "place" && may("move")) return go("job", "putaway", raw);
  if (found.is === "other" && may("administer")) return go("bedside", "", raw);
  if (found.is === "other" && may("dispense")) return go("job", "dispense", raw);
  go("lookup", "", raw);
}

export { hm };
