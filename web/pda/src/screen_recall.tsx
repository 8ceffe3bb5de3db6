// The tasks of open recalls: what to find here, whom to tell, by when; and one of them step by step.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { keepRound, patientsHere, type InBed } from "./round";
import { now } from "./clock";
import { placeName, station } from "./copy";
import { number, say, t } from "./i18n";
import { Icon, Shape } from "./icons";
import { Banner, Button, Empty, Foot, Header, Stepper, Tag } from "./parts";
import { StorageFull } from "./queue";
import { go } from "./router";
import { recalledHere } from "./standing";
import { play } from "./sound";
import { state, useStore } from "./state";
import { fetchTasks, openTasks, takeStep, type Task } from "./tasks";
import { onScan } from "./wedge";

const WORK: Record<Task["work"], { zh: string; en: string }> = {
  search: { zh: "找出来隔离", en: "Find and set apart" },
  notify: { zh: "告知患者", en: "Tell the patient" },
  assess: { zh: "看患者情况", en: "Look at the patient" },
};
const NOTES: Record<Task["work"], { zh: string; en: string }[]> = {
  search: [
    { zh: "其余已用掉", en: "The rest was used" },
    { zh: "其余找不到", en: "The rest can't be found" },
    { zh: "其余已送走", en: "The rest was sent on" },
  ],
  notify: [
    { zh: "当面告知", en: "Told in person" },
    { zh: "电话告知", en: "Told by phone" },
    { zh: "已告知家属", en: "Family was told" },
  ],
  assess: [
    { zh: "未见异常", en: "Nothing found" },
    { zh: "有异常，已叫医生", en: "Findings, physician called" },
  ],
};

export function RecallScreen() {
  useStore();
  const [chosen, choose] = useState<Task | null>(null);
  const [patients, setPatients] = useState<InBed[]>([]);
  useEffect(() => {
    const names = () => patientsHere().then(setPatients);
    void names();
    void fetchTasks().then(keepRound).then(names).catch(() => undefined);
  }, []);
  // A scan here is a thing that somebody found: the search begins with it.
  useLayoutEffect(() => onScan((raw) => go("job", "recall", raw)), []);
  if (chosen) return <TaskScreen task={chosen} patients={patients} onBack={() => choose(null)} />;
  const tasks = openTasks();
  const found = recalledHere().length > 0;
  return (
    <>
      <Header title={t("召回任务", "Recall tasks")} sub={`${placeName(station())} · ${state.person?.number ?? ""}`} />
      <main class="body">
        {!tasks.length && (
          <Empty icon="shield-alert" text={found ? t("有召回品要隔离，直接扫", "Recalled goods lie here: scan them") : t("这里没有召回任务", "No recall asks anything here")} />
        )}
        {tasks.length > 0 && (
          <section class="card lines" data-testid="tasks">
            {tasks.map((task) => <TaskRow task={task} patients={patients} onClick={() => choose(task)} />)}
          </section>
        )}
      </main>
      <Foot>
        <Button onClick={() => go("home")}>{t("回首页", "Home")}</Button>
        <Button main icon="scan-line" onClick={() => go("job", "recall")} id="search">{t("扫一件隔离一件", "Scan and set apart")}</Button>
      </Foot>
    </>
  );
}

function TaskRow({ task, patients, onClick }: { task: Task; patients: InBed[]; onClick: () => void }) {
  const done = task.expected - (task.left ?? task.expected);
  return (
    <button type="button" class="row order-row task-row" onClick={onClick} data-testid="task">
      <Shape verdict={task.left === 0 ? "go" : "stop"} size={22} />
      <div class="row-text">
        <b>{task.work === "search" ? task.products.join(t("、", ", ")) : patientName(task, patients)}</b>
        <span>{say(WORK[task.work])} · {task.lots.length ? <span class="mono">{task.lots.slice(0, 2).join(" ")}</span> : task.case}</span>
      </div>
      <span class="row-count">
        {task.work === "search" && <><b>{number(done)}</b> / {number(task.expected)}</>}
        <Clock task={task} />
      </span>
    </button>
  );
}

// Time left until everybody must know; past it says by how much.
function Clock({ task }: { task: Task }) {
  const left = Math.round((Date.parse(task.due) - now().getTime()) / 60_000);
  const [hours, minutes] = [Math.floor(Math.abs(left) / 60), Math.abs(left) % 60];
  const text = `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
  const tone = left < 0 ? "clock-over" : left < 120 ? "clock-near" : "";
  return <small class={`clock ${tone}`}>{left < 0 ? t(`超 ${text}`, `${text} over`) : t(`余 ${text}`, `${text} left`)}</small>;
}

function patientName(task: Task, patients: InBed[]): string {
  const found = patients.find((each) => each.patient.endsWith(task.patient ?? "-"));
  return found ? t(`${found.bed} 床 ${found.name}`, `Bed ${found.bed} ${found.name}`) : t("患者（不在本机名单）", "Patient (not on this device's list)");
}

function TaskScreen({ task, patients, onBack }: { task: Task; patients: InBed[]; onBack: () => void }) {
  const [said, setSaid] = useState<{ verdict: "go" | "stop"; text: string } | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const [count, setCount] = useState(task.count ?? 0);
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => onScan((raw) => go("job", "recall", raw)), []);
  const step = async (kind: "acknowledged" | "counted" | "done", more: { count?: number; note?: string } = {}) => {
    setBusy(true);
    try {
      const { kept, refused } = await takeStep(task, kind, more);
      const text = kept ? t("已存在本机，有网自己上传", "Kept here, sent by itself") : t("已记账", "On record");
      setSaid({ verdict: refused ? "stop" : "go", text: refused ? say(refused[0]?.text) : text });
      play(refused ? "stop" : kind === "done" ? "complete" : "go");
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      setSaid({ verdict: "stop", text: t("本机存不下了，没有存上。先连网上传", "Storage is full. Not saved: send first") });
    }
    setBusy(false);
  };
  const search = task.work === "search";
  const open = search ? (task.left ?? 0) : 1;
  const closed = task.state === "done";
  return (
    <>
      <Header title={say(WORK[task.work])} sub={`${task.case} · ${placeName(task.place)}`} onBack={onBack} />
      {said && <Banner verdict={said.verdict} word={said.verdict === "go" ? (closed ? t("完成", "DONE") : t("已记下", "NOTED")) : undefined} text={said.text} />}
      {search && <Sums task={task} />}
      <main class="body">
        <section class="card thing">
          <h2>{search ? task.products.join(t("、", ", ")) : patientName(task, patients)}</h2>
          <div class="tags">{task.lots.slice(0, 6).map((lot) => <Tag name={t("批", "Lot")}>{lot}</Tag>)}</div>
          <p class="second">{t(`${LEVEL[task.class]}召回`, `Class ${task.class} recall`)}{task.drill ? t("（演练）", " (drill)") : ""} · {task.reason}</p>
          {!search && <p class="second">{task.products.join(t("、", ", "))} · {t(`用过 ${task.expected}`, `had ${task.expected}`)}</p>}
          <p class="who"><Icon name="timer" size={18} />{t("通知时限", "Everybody must know")} <Clock task={task} /></p>
        </section>
        {search && !closed && task.state !== "open" && (
          <section class="card slots">
            <div class="slot">
              <span class="slot-ask slot-whole">{t("点到：扫到的已算，没码的手动加", "Counted: scans are in, add what has no code")}</span>
              <Stepper value={count} unit="" least={0} onChange={setCount} />
              <Button disabled={busy || count === task.count} onClick={() => void step("counted", { count })} id="counted">{t("记数", "Note")}</Button>
            </div>
          </section>
        )}
        {!closed && task.state !== "open" && open > 0 && (
          <section class="card slots">
            <div class="slot">
              <span class="slot-ask">{search ? t(`还差 ${open}，写明去向再完成`, `${open} missing: say where they are`) : t("怎么样", "How was it")}</span>
              <div class="chips">
                {NOTES[task.work].map((each) => (
                  <button type="button" class={note === each.zh ? "chip chip-on" : "chip"} onClick={() => setNote(note === each.zh ? null : each.zh)}>{say(each)}</button>
                ))}
              </div>
            </div>
          </section>
        )}
      </main>
      <Foot>
        {closed ? (
          <Button main onClick={onBack}>{t("回任务", "Tasks")}</Button>
        ) : task.state === "open" ? (
          <Button main disabled={busy} onClick={() => void step("acknowledged")} id="acknowledge">{t("知道了，开始做", "Got it, start")}</Button>
        ) : (
          <>
            {search && <Button icon="scan-line" onClick={() => go("job", "recall")} id="search">{t("去扫", "Scan")}</Button>}
            <Button main disabled={busy || (open > 0 && !note)} onClick={() => void step("done", note ? { note } : {})} id="done">
              {search ? t("找完了，完成任务", "All found, done") : t("完成任务", "Done")}
            </Button>
          </>
        )}
      </Foot>
    </>
  );
}

const LEVEL: Record<Task["class"], string> = { I: "一级", II: "二级", III: "三级" };

function Sums({ task }: { task: Task }) {
  const left = task.left ?? 0;
  return (
    <section class="sums" data-testid="task-sums">
      <p><span>{t("应有", "Expected")}</span><b>{number(task.expected)}</b></p>
      <p><span>{t("已隔离", "Set apart")}</span><b>{number(task.expected - left)}</b></p>
      <p class={left ? "sums-off" : ""}><span>{t("还差", "Missing")}</span><b data-testid="task-left">{number(left)}</b></p>
      <progress max={Math.max(task.expected, 1)} value={task.expected - left} />
    </section>
  );
}
