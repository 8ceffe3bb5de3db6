// The pieces that all screens are made of.

import type { ComponentChildren } from "preact";
import type { Words } from "./api";
import { days } from "./judge";
import { Icon, Shape, type IconName } from "./icons";
import { number, say, t } from "./i18n";
import { day, now } from "./clock";
import { state, useStore } from "./state";
import { go } from "./router";

export function Header(props: { title: string; sub?: string; onBack?: () => void; mark?: boolean }) {
  return (
    <header class="head">
      {props.mark ? (
        <img class="mark" src="icon-192.png" alt="medtrace" width="26" height="26" />
      ) : (
        <button type="button" class="back" aria-label={t("返回", "Back")} onClick={props.onBack ?? (() => go("home"))}>
          <Icon name="chevron-left" size={24} />
        </button>
      )}
      <div class="head-text">
        <h1>{props.title}</h1>
        {props.sub && <p>{props.sub}</p>}
      </div>
      <Pill />
    </header>
  );
}

export function Pill() {
  useStore();
  const { sending, online, waiting, attention } = state;
  const [kind, text] = sending
    ? ["busy", t(`上传中 ${sending.done} / ${sending.of}`, `Sending ${sending.done} / ${sending.of}`)]
    : !online
      ? ["off", t(waiting ? `离线 · 待上传 ${waiting}` : "离线", waiting ? `Offline · ${waiting}` : "Offline")]
      : attention
        ? ["look", t(`需处理 ${attention}`, `To settle ${attention}`)]
        : waiting
          ? ["busy", t(`待上传 ${waiting}`, `Waiting ${waiting}`)]
          : ["on", t("在线", "Online")];
  return (
    <button type="button" class="pill-hit" onClick={() => go("queue")} data-testid="pill">
      <span class={`pill pill-${kind}`}>
        {kind === "off" || kind === "look" ? <Shape verdict="look" size={10} /> : <span class="dot" />}
        {text}
      </span>
    </button>
  );
}

export type Verdict = "go" | "look" | "stop";
const WORDS: Record<Verdict, Words> = {
  go: { zh: "通过", en: "GO" },
  look: { zh: "核对", en: "CHECK" },
  stop: { zh: "停止", en: "STOP" },
};

export function Banner(props: {
  verdict: Verdict;
  word?: string;
  text?: string;
  count?: { done: number; of: number | null; unit: string } | null;
}) {
  const { verdict, count } = props;
  return (
    <section class={`banner banner-${verdict}`} role="status" aria-live="assertive" data-testid="verdict" data-verdict={verdict}>
      <div class="banner-row">
        <Shape verdict={verdict} />
        <div class="banner-said">
          <strong class={(props.word?.length ?? 0) > 8 ? "long" : ""}>{props.word ?? say(WORDS[verdict])}</strong>
          {verdict !== "stop" && props.text && <span>{props.text}</span>}
        </div>
        {count && verdict !== "stop" && (
          <div class="banner-count">
            <b>{number(count.done)}</b>
            {count.of !== null && <span> / {number(count.of)}</span>}
            <small>{count.unit}</small>
          </div>
        )}
      </div>
      {verdict === "stop" && props.text && <p class="banner-why">{props.text}</p>}
      {verdict === "stop" && <div class="hazard" />}
      {verdict !== "stop" && count?.of ? (
        <progress class="banner-bar" max={count.of} value={Math.min(count.done, count.of)} />
      ) : null}
    </section>
  );
}

export function Tag({ name, children, tone }: { name: string; children: ComponentChildren; tone?: string }) {
  return (
    <span class={`tag ${tone ? `tag-${tone}` : ""}`}>
      <span class="tag-key">{name}</span>
      <span class="tag-value">{children}</span>
    </span>
  );
}

export function Expiry({ on }: { on: string }) {
  const left = days(day(now()), on);
  const key = t(left < 0 ? "过" : "效", left < 0 ? "Past" : "Exp");
  if (left < 0) return <Tag name={key} tone="stop"><s>{on}</s> <span class="rest">{t(`过期 ${-left} 天`, `${-left} d ago`)}</span></Tag>;
  const rest = left <= 180 ? <span class="rest"> {t(`剩 ${left} 天`, `${left} d left`)}</span> : null;
  return <Tag name={key} tone={left <= 30 ? "look-fill" : left <= 180 ? "look" : ""}>{on}{rest}</Tag>;
}

// Long codes are drawn in groups of four with gaps; a copied code has none.
export function CodeChip({ code }: { code: string }) {
  const groups = code.length > 8 ? (code.match(/.{1,4}/g) ?? []) : [code];
  return (
    <span class="code" data-code={code}>
      {groups.map((group, place) => <span class={place === groups.length - 1 ? "code-tail" : ""}>{group}</span>)}
    </span>
  );
}

export const short = (code: string): string => (code.length > 4 ? `… ${code.slice(-4)}` : code);

export function Foot({ children }: { children: ComponentChildren }) {
  return <footer class="foot">{children}</footer>;
}

export function Button(props: {
  children: ComponentChildren;
  onClick: () => void;
  main?: boolean;
  icon?: IconName;
  disabled?: boolean;
  id?: string;
}) {
  return (
    <button
      type="button" class={props.main ? "button button-main" : "button"} onClick={props.onClick}
      disabled={props.disabled} data-testid={props.id}
    >
      {props.icon && <Icon name={props.icon} size={20} />}
      <span>{props.children}</span>
    </button>
  );
}

export function Empty({ icon, text, children }: { icon: IconName; text: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={40} stroke={1.75} />
      <p>{text}</p>
      {children}
    </div>
  );
}

export function Stepper(props: { value: number; unit: string; least?: number; onChange: (value: number) => void }) {
  const least = props.least ?? 1;
  return (
    <div class="stepper">
      <button type="button" aria-label={t("减一", "One less")} disabled={props.value <= least} onClick={() => props.onChange(props.value - 1)}>
        <Icon name="minus" size={22} />
      </button>
      <input
        type="text" inputMode="numeric" aria-label={t("数量", "Quantity")} value={String(props.value)} data-testid="quantity"
        onChange={(event) => {
          const typed = Number.parseInt(event.currentTarget.value, 10);
          props.onChange(Number.isFinite(typed) ? Math.max(least, Math.min(typed, 999_999)) : props.value);
        }}
      />
      <button type="button" aria-label={t("加一", "One more")} onClick={() => props.onChange(props.value + 1)}>
        <Icon name="plus" size={22} />
      </button>
    </div>
  );
}

// What reaches the device as text in a field (Android intents) needs a field that waits for it.
export function Sink() {
  return <input class="sink" data-scan="sink" inputMode="none" aria-hidden="true" tabIndex={-1} autocomplete="off" />;
}
