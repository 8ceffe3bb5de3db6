// A scanned thing on the screen, and what to do where it is no plain go.

import type { Words } from "./api";
import { shown } from "./codes";
import { placeName } from "./copy";
import { say, t } from "./i18n";
import { Icon } from "./icons";
import { instead, type Reading } from "./judge";
import { CodeChip, Expiry, Tag } from "./parts";

export function ThingCard({ reading }: { reading: Reading }) {
  const { product } = reading;
  return (
    <section class={`card thing thing-${reading.verdict}`} data-testid="thing">
      <h2>{product?.name ?? (reading.container ? t("外包装", "Container") : t("不认识的码", "Unknown code"))}</h2>
      {product && (
        <p class="second">
          {product.specification} · {say(FLAGS[product.flags[0] ?? ""]) || product.code}
        </p>
      )}
      <div class="tags">
        {reading.lot && <Tag name={t("批", "Lot")}>{reading.lot}</Tag>}
        {reading.expiry && <Expiry on={reading.expiry} />}
      </div>
      <CodeChip code={shown(reading.raw, reading.key)} />
      {reading.locationName && <p class="second">{t("账上在 ", "Books: ")}{reading.locationName}</p>}
    </section>
  );
}

const FLAGS: Record<string, { zh: string; en: string }> = {
  "high-alert": { zh: "高警示药", en: "High alert" },
  narcotic: { zh: "麻精药品", en: "Narcotic" },
  "cold-chain": { zh: "冷藏", en: "Cold chain" },
  "high-value": { zh: "高值", en: "High value" },
  consigned: { zh: "寄售", en: "Consigned" },
};

export function NextSteps({ reading }: { reading: Reading }) {
  const other = instead(reading);
  const recalled = reading.reason === "recalled";
  const first = recalled
    ? t("放进红色隔离箱，再做隔离", "Put it in the red box, then quarantine")
    : say(reading.text).split(/[。.]/).slice(1).join(" ").trim() || t("放到一边，不要用", "Set it aside, do not use it");
  return (
    <>
      <ol class="card steps">
        <li>{first}</li>
        {other && (
          <li>
            {t("改用批号 ", "Use lot ")}<b class="mono">{other.lot}</b>
            <br />
            {placeName(other.location)}{t("，有 ", ", ")}<b>{other.quantity}</b> {reading.product?.unit}
          </li>
        )}
      </ol>
      <p class="who"><Icon name="user-check" size={18} />{who(reading.reason)}</p>
    </>
  );
}

function who(reason: string | null): string {
  if (reason === "recalled" || reason === "quarantined") return t("有疑问找质控或药师", "Questions: quality or a pharmacist");
  if (reason === "forbidden") return t("这一步叫有权限的人来做", "Ask somebody who may do this");
  if (reason === "second-person-missing") return t("叫第二个人来", "Call a second person");
  if (reason?.startsWith("scan-") || reason === "unknown-code") return t("还不行找药库登记", "Still wrong: ask the store");
  return t("有疑问找药师", "Questions: a pharmacist");
}

export function Instead({ reading }: { reading: Reading }) {
  const other = instead(reading);
  if (!other) return null;
  return (
    <section class="card advice">
      <p>
        {t("换批号 ", "Take lot ")}<b class="mono">{other.lot}</b>{other.expiry && `${t("，效期 ", ", exp ")}${other.expiry}`}
        <br />
        {placeName(other.location)}{t("，有 ", ", ")}{other.quantity} {reading.product?.unit}
      </p>
    </section>
  );
}

export function Unchecked({ words }: { words: Words[] }) {
  return (
    <p class="unchecked" data-testid="unchecked">
      <b>{t("现在查不到：", "Can't check now: ")}</b>{words.map(say).join(t("、", "; "))}
    </p>
  );
}
