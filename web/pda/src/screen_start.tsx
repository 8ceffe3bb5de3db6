// Before the work: letting the device in, and signing in.

import { useLayoutEffect, useState } from "preact/hooks";
import { keepRound } from "./round";
import { enrol, Problem, Unreachable } from "./api";
import { copy, placeName, station, syncCopy } from "./copy";
import { say, t } from "./i18n";
import { Icon, Shape } from "./icons";
import { Keypad } from "./keypad";
import { Button, Pill, Sink } from "./parts";
import { keptPeople, signIn, SignInFailed } from "./people";
import { go } from "./router";
import { forgetKey, registerKey } from "./signing";
import { play } from "./sound";
import { changed, state } from "./state";
import { onScan } from "./wedge";

function told(error: unknown): string {
  if (error instanceof Problem) return say(error.words);
  if (error instanceof SignInFailed) return t(error.zh, error.en);
  if (error instanceof Unreachable) return t("没有网络。连上网再试", "No network. Try again when it is back");
  return String(error);
}

export function EnrolScreen() {
  const [code, setCode] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (found: string) => {
    setBusy(true);
    setFault("");
    try {
      await enrol(found, `PDA ${new Date().toISOString().slice(0, 10)}`);
      await forgetKey(); // the device is another one to the server now
      await registerKey().catch(() => undefined);
      state.enrolled = true;
      go("home");
      void syncCopy().catch(() => undefined);
    } catch (error) {
      play("stop");
      setFault(told(error));
    }
    setBusy(false);
    changed();
  };
  useLayoutEffect(() => onScan((raw) => void send(raw)), []);
  return (
    <main class="start">
      <img src="icon-192.png" alt="" width="64" height="64" />
      <h1>medtrace</h1>
      <p>{t("还没有注册。扫管理员屏幕上的码", "Not enrolled yet. Scan the code on the administrator's screen")}</p>
      <label class="field">
        <span>{t("或输注册码", "Or type the code")}</span>
        <input type="text" value={code} autocomplete="off" autocapitalize="characters" onInput={(event) => setCode(event.currentTarget.value)} data-testid="enrol-code" />
      </label>
      {fault && <p class="fault" role="alert"><Shape verdict="stop" size={18} />{fault}</p>}
      <Button main disabled={busy || code.length < 8} onClick={() => void send(code)} id="enrol">{t("注册", "Enrol")}</Button>
      <Language />
    </main>
  );
}

export function SignInScreen() {
  const [badge, setBadge] = useState<string | null>(null);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  useLayoutEffect(
    () =>
      onScan((raw) => {
        setFault("");
        setBadge(raw);
        play("go");
      }),
    [],
  );
  const enter = async (pin: string) => {
    setBusy(true);
    try {
      await signIn(badge!, pin);
      play("go");
      void syncCopy().then(keepRound).catch(() => undefined);
    } catch (error) {
      play("stop");
      setFault(told(error));
      if (!(error instanceof Unreachable)) setBadge(null);
    }
    setBusy(false);
  };
  return (
    <main class="start">
      <div class="start-top"><Pill /></div>
      <img src="icon-192.png" alt="" width="56" height="56" />
      <h1>{placeName(station()) || "medtrace"}</h1>
      {state.locked && state.person && <p>{t(`${state.person.name} 离开太久，再登录`, `${state.person.name} was away: sign in again`)}</p>}
      {!badge ? (
        <div class="start-badge">
          <Icon name="user" size={40} stroke={1.75} />
          <p>{t("扫工牌", "Scan your badge")}</p>
        </div>
      ) : (
        <>
          <p>{busy ? t("正在登录", "Signing in") : t("输 6 位 PIN", "Your 6-digit PIN")}</p>
          <Keypad onPin={(pin) => void enter(pin)} />
        </>
      )}
      {fault && <p class="fault" role="alert"><Shape verdict="stop" size={18} />{fault}</p>}
      {!state.online && keptPeople().length > 0 && (
        <p class="micro">{t(`离线也能登录：${keptPeople().map((each) => each.number).join("、")}`, `Offline: ${keptPeople().map((each) => each.number).join(", ")} may sign in`)}</p>
      )}
      {state.revoked && <p class="fault" role="alert">{t("这台设备已停用，记录还在本机", "This device was shut out; records are kept here")}</p>}
      <Language />
      <Sink />
    </main>
  );
}

export function Language() {
  return (
    <button
      type="button" class="plain"
      onClick={() => {
        state.language = state.language === "zh" ? "en" : "zh";
        localStorage.setItem("language", state.language);
        document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
        changed();
      }}
    >
      <Icon name="languages" size={18} />{state.language === "zh" ? "English" : "中文"}
    </button>
  );
}

export { copy };
