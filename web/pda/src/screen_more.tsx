// Looking something up, the settings, and finding out how this reader spells things.

import { useLayoutEffect, useState } from "preact/hooks";
import { Camera } from "./camera";
import { skew } from "./clock";
import { shown } from "./codes";
import { copy, placeName, station, syncCopy, type Order } from "./copy";
import { say, STATUS, t } from "./i18n";
import { Shape } from "./icons";
import { judge, type Reading } from "./judge";
import { Banner, Button, Empty, Foot, Header } from "./parts";
import { signOut } from "./people";
import { recognise } from "./recognise";
import { go, handedOver } from "./router";
import { ThingCard } from "./thing_card";
import { Language } from "./screen_start";
import { play } from "./sound";
import { state, useStore } from "./state";
import { onScan, onTyped, readerHabits, scan, setHabits, SPELLINGS } from "./wedge";

interface Row {
  name: string;
  second: string;
  count: number;
  of: string;
}
const nameOf = (product: string | null): string => copy.products.get(product ?? "")?.name ?? product ?? "";

// What lies at a place, as the device's copy knows it.
const lyingAt = (place: string): Row[] =>
  [...copy.stock.values()].flatMap((lot) =>
    lot.rows.filter((row) => row.location === place).map((row) => ({
      name: nameOf(lot.product),
      second: [lot.lot || "–", row.expiry, say(STATUS[row.status])].filter(Boolean).join(" · "),
      count: row.quantity,
      of: ` ${copy.products.get(lot.product)?.unit ?? ""}`,
    })),
  );

const linesOf = (order: Order): Row[] =>
  order.lines.map((line) => ({ name: nameOf(line.product), second: line.lot ?? "", count: line.fulfilled, of: ` / ${line.quantity}` }));

export function LookupScreen() {
  const [reading, setReading] = useState<Reading | null>(null);
  const [said, setSaid] = useState<{ title: string; text: string; rows: Row[] } | null>(null);
  const [camera, setCamera] = useState(false);
  const look = async (raw: string) => {
    const found = recognise(raw);
    setSaid(null);
    if (found.is === "place") {
      if (state.online) await syncCopy().catch(() => undefined);
      const rows = lyingAt(found.place.code);
      setReading(null);
      setSaid({ title: found.place.name, text: t(`${found.place.code} · ${rows.length} 批在这里`, `${found.place.code} · ${rows.length} ${rows.length === 1 ? "lot" : "lots"} here`), rows });
      return play("go");
    }
    if (found.is === "order") {
      setReading(null);
      setSaid({ title: found.order.number, text: t(`${found.order.lines.length} 个品种 · ${found.order.party ?? placeName(found.order.source)}`, `${found.order.lines.length} ${found.order.lines.length === 1 ? "line" : "lines"}`), rows: linesOf(found.order) });
      return play("go");
    }
    const told = await judge(raw, null);
    setReading(told);
    play(told.verdict);
  };
  useLayoutEffect(() => {
    const first = handedOver();
    if (first) void look(first);
    return onScan((raw) => void look(raw));
  }, []);
  if (camera) return <Camera onFound={(raws) => raws.forEach(scan)} onClose={() => setCamera(false)} />;
  const status = reading?.status ? say(STATUS[reading.status]) : null;
  return (
    <>
      <Header title={t("查一查", "Look up")} sub={placeName(station())} />
      {reading && <Banner verdict={reading.verdict} text={say(reading.text) || status || t("没有要注意的", "Nothing to mind")} />}
      {said && <Banner verdict="go" word={said.title} text={said.text} />}
      <main class="body">
        {reading ? <ThingCard reading={reading} /> : !said && <Empty icon="search" text={t("扫任何码：药盒、外箱、库位、单据", "Scan anything: box, case, shelf, order")} />}
        {said && said.rows.length > 0 && (
          <section class="card lines" data-testid="rows">
            {said.rows.slice(0, 60).map((row) => (
              <div class="row">
                <div class="row-text"><b>{row.name}</b><span class="mono">{row.second}</span></div>
                <span class="row-count"><b>{row.count}</b>{row.of}</span>
              </div>
            ))}
          </section>
        )}
        {reading?.offline && <p class="unchecked"><b>{t("现在查不到：", "Can't check now: ")}</b>{reading.unchecked.map(say).join(t("、", "; "))}</p>}
        {status && (
          <section class="card facts">
            <p><span>{t("状态", "State")}</span><b>{status}</b></p>
            <p><span>{t("账上位置", "Place")}</span><b>{reading?.locationName}</b></p>
          </section>
        )}
      </main>
      <Foot>
        <Button icon="camera" onClick={() => setCamera(true)} id="camera">{t("拍码", "Camera")}</Button>
        <Button main onClick={() => go("home")}>{t("回首页", "Home")}</Button>
      </Foot>
    </>
  );
}

function span(seconds: number): string {
  const all = Math.abs(seconds);
  const [size, zh, en] = ([[86_400, "天", "d"], [3_600, "小时", "h"], [60, "分", "min"]] as const).find(([each]) => all >= each * 2) ?? [1, "秒", "s"];
  return `${Math.round(all / size)} ${t(zh, en)}`;
}

export function SettingsScreen() {
  useStore();
  const habits = readerHabits();
  const off = Math.round(skew() / 1000);
  return (
    <>
      <Header title={t("设置", "Settings")} sub={`${state.person?.name ?? ""} ${state.person?.number ?? ""}`} />
      <main class="body">
        <section class="card facts">
          <p><span>{t("站点", "Station")}</span><b>{placeName(station())}</b></p>
          <p><span>{t("目录", "Catalogue")}</span><b>{t(`${copy.products.size} 个品种`, `${copy.products.size} products`)}</b></p>
          <p><span>{t("召回名单", "Recalled")}</span><b>{t(`${copy.blocked.length} 批`, `${copy.blocked.length} lots`)}</b></p>
          <p><span>{t("本机时钟", "Clock")}</span><b>{Math.abs(off) < 2 ? t("准", "right") : t(`${off > 0 ? "快" : "慢"} ${span(off)}，已改正`, `${span(off)} ${off > 0 ? "fast" : "slow"}, corrected`)}</b></p>
          <p><span>{t("扫码枪", "Reader")}</span><b class="mono">{habits.spelling || t("自动", "auto")}</b></p>
        </section>
        <Button icon="scan-line" onClick={() => go("calibrate")} id="calibrate">{t("校准扫码枪", "Calibrate the reader")}</Button>
        <Button icon="check" onClick={() => void syncCopy().catch(() => undefined)}>{t("现在同步", "Sync now")}</Button>
        <Language />
      </main>
      <Foot>
        <Button icon="log-out" onClick={() => void signOut().then(() => go("home"))} id="sign-out">{t("退出登录", "Sign out")}</Button>
        <Button main onClick={() => go("home")}>{t("回首页", "Home")}</Button>
      </Foot>
    </>
  );
}

// The test symbol carries a text that is known: what differs is the reader's doing.
const EXPECTED = "0106901234567892" + "10TEST2\u001d" + "17271231" + "21S2";

interface Finding {
  prefix: string;
  suffix: string;
  spelling: string;
  fault: string | null;
}

export function compare(typed: string): Finding | null {
  const [before, after] = EXPECTED.split("\u001d") as [string, string];
  const start = typed.indexOf(before);
  const end = typed.indexOf(after, start + before.length);
  if (start < 0 || end < 0) return null;
  const between = typed.slice(start + before.length, end);
  const prefix = typed.slice(0, start).replace(/^.*?(\][A-Za-z][0-9a-z])$/, (whole, aim: string) => whole.slice(0, -aim.length));
  const suffix = typed.slice(end + after.length);
  const fault = between === "" ? t("扫码枪丢了分隔符。扫设置码“GS 开”再扫", "This reader drops GS. Scan its “GS on” card") : null;
  return { prefix, suffix, spelling: between === "\u001d" ? "" : between, fault };
}

export function CalibrateScreen() {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Finding | null>(null);
  useLayoutEffect(
    () =>
      onTyped((text) => {
        setTyped(text);
        const finding = compare(text);
        setFound(finding);
        play(finding && !finding.fault ? "go" : "stop");
      }),
    [],
  );
  const fault = typed && !found ? t("不是测试码。扫下面这个", "Not the test symbol. Scan the one below") : found?.fault;
  const keep = async () => {
    const { prefix, suffix, spelling } = found!;
    await setHabits({ prefix, suffix, spelling: SPELLINGS.includes(spelling) && spelling !== "|" ? "" : spelling });
    go("settings");
  };
  return (
    <>
      <Header title={t("校准扫码枪", "Calibrate the reader")} onBack={() => go("settings")} />
      {found && !found.fault && <Banner verdict="go" word={t("读对了", "READS")} text={t("存下这支扫码枪的写法", "Keep how this reader spells")} />}
      {fault && <Banner verdict="stop" text={fault} />}
      <main class="body">
        <p class="second">{t("扫下面的码，或另一台屏幕、打印页上的同一个码", "Scan this symbol, here or printed")}</p>
        <div class="symbol"><img src="test-symbol.png" alt={t("测试码", "Test symbol")} width="160" height="160" /></div>
        <section class="card facts" data-testid="habits">
          <p><span>{t("收到", "Arrived")}</span><b class="mono wrap">{typed.replace(/\u001d/g, "␝") || "–"}</b></p>
          <p><span>{t("前缀", "Prefix")}</span><b class="mono">{found?.prefix || "–"}</b></p>
          <p><span>{t("后缀", "Suffix")}</span><b class="mono">{found?.suffix || "–"}</b></p>
          <p><span>GS</span><b class="mono">{found ? (found.fault ? t("丢了", "lost") : found.spelling || "␝") : "–"}</b></p>
        </section>
      </main>
      <Foot>
        <Button onClick={() => void setHabits({ prefix: "", suffix: "", spelling: "" })}>{t("恢复自动", "Automatic")}</Button>
        <Button main disabled={!found || found.fault !== null} onClick={() => void keep()} id="keep">{t("存下", "Keep")}</Button>
      </Foot>
    </>
  );
}

export { Shape, shown };
