// The app: starts from what the device keeps, shows a screen, keeps in touch with the server.

import "../../static/tokens.css";
import "./app.css";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { restoreToken } from "./api";
import { keepRound } from "./round";
import { BedsideScreen } from "./screen_bedside";
import { CountScreen } from "./screen_count";
import { restoreClock } from "./clock";
import { restoreCopy, syncCopy } from "./copy";
import { jobOf } from "./jobs";
import { Sink } from "./parts";
import { restorePeople, touch, watchIdle } from "./people";
import { restoreQueue } from "./queue";
import { watchNetwork, wake } from "./sending";
import { useRoute } from "./router";
import { DoneScreen } from "./screen_done";
import { FlowScreen } from "./screen_flow";
import { HomeScreen } from "./screen_home";
import { CalibrateScreen, LookupScreen, SettingsScreen } from "./screen_more";
import { RecallScreen } from "./screen_recall";
import { QueueScreen } from "./screen_queue";
import { EnrolScreen, SignInScreen } from "./screen_start";
import { state, useStore } from "./state";
import { fetchTasks, restoreTasks } from "./tasks";
import { listen, restoreHabits } from "./wedge";

const EVERY = 30_000;
const ROUND = 10 * 60_000;
let rounded = 0;

function App() {
  useStore();
  const { name, argument } = useRoute();
  useEffect(() => {
    if (!(document.activeElement instanceof HTMLInputElement)) document.querySelector<HTMLInputElement>(".sink")?.focus({ preventScroll: true });
  }, [name, argument]);
  if (!state.enrolled) return <EnrolScreen />;
  if (name === "queue") return <><QueueScreen /><Sink /></>;
  if (!state.person || state.locked) return <SignInScreen />;
  return <><Screen name={name} argument={argument} /><Sink /></>;
}

function Screen({ name, argument }: { name: string; argument: string }) {
  const job = name === "job" ? jobOf(argument) : undefined;
  if (job) return <FlowScreen key={job.id} job={job} />;
  if (name === "bedside") return <BedsideScreen />;
  if (name === "recall") return <RecallScreen />;
  if (name === "count") return <CountScreen />;
  if (name === "lookup") return <LookupScreen />;
  if (name === "done") return <DoneScreen />;
  if (name === "settings") return <SettingsScreen />;
  if (name === "calibrate") return <CalibrateScreen />;
  return <HomeScreen />;
}

async function start(): Promise<void> {
  state.language = localStorage.getItem("language") === "en" ? "en" : "zh";
  state.muted = localStorage.getItem("muted") === "true";
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  listen();
  performance.mark("listening"); // a scan is taken from here on; it waits for what the device keeps
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, touch, true);
  await Promise.all([restoreClock(), restoreHabits(), restorePeople(), restoreCopy(), restoreQueue(), restoreTasks()]);
  state.enrolled = await restoreToken();
  render(<App />, document.getElementById("app")!);
  void navigator.storage?.persist?.();
  watchNetwork();
  watchIdle();
  keepInTouch();
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("sw.js", { scope: "./" });
}

function keepInTouch(): void {
  let asking: Promise<void> | null = null;
  const ask = () => (asking ??= work().finally(() => (asking = null)));
  const work = async () => {
    if (!state.enrolled) return;
    const before = state.online;
    await syncCopy().catch(() => undefined);
    if (state.session && Date.now() - rounded > ROUND) {
      rounded = Date.now();
      await keepRound().catch(() => undefined);
    }
    if (state.waiting && (state.online || !before)) await wake();
    await fetchTasks().catch(() => undefined);
  };
  for (const kind of ["online", "reached"]) window.addEventListener(kind, () => void ask());
  void ask();
  // The camera's reader is fetched when nothing else is going on, so that it is there out of reach.
  setTimeout(() => void import("./zxing").then(({ fetchReader }) => fetchReader()).catch(() => undefined), 20_000);
  setInterval(() => void ask(), EVERY);
  // A dead spot ends without any event on many devices: try sooner while there is no answer.
  setInterval(() => !state.online && void ask(), 5_000);
}

void start();
