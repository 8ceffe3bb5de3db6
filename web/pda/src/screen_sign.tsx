// Signing: what is signed in one sentence, then PINs; a second person scans their badge first.

import { useLayoutEffect, useState } from "preact/hooks";
import { t } from "./i18n";
import { Icon } from "./icons";
import { Keypad } from "./keypad";
import type { Signature } from "./signing";
import { onScan } from "./wedge";

export function SignDialog(props: {
  count: number;
  what: string;
  onSigned: (given: Signature[]) => void;
  onClose: () => void;
}) {
  const [given, setGiven] = useState<Signature[]>([]);
  const [badge, setBadge] = useState<string | null>(null);
  const second = given.length === 1;
  useLayoutEffect(() => onScan((raw) => second && setBadge(raw)), [second]);
  const pin = (typed: string) => {
    const all = [...given, second ? { badge: badge!, pin: typed } : { pin: typed }];
    if (all.length >= props.count) props.onSigned(all);
    else setGiven(all);
  };
  return (
    <div class="dialog" role="dialog" aria-modal="true" aria-label={t("签名", "Sign")}>
      <div class="dialog-box">
        <header>
          <Icon name={second ? "users-round" : "stamp"} size={24} />
          <h2>{second ? t("双人核对", "Second person") : t("签名", "Sign")}</h2>
          <button type="button" class="back" aria-label={t("关闭", "Close")} onClick={props.onClose}><Icon name="x" /></button>
        </header>
        <p>{props.what}</p>
        {second && !badge ? (
          <p class="sign-ask">{t("第二个人扫工牌", "The second person scans their badge")}</p>
        ) : (
          <>
            <p class="sign-ask">{second ? t("第二个人输 PIN", "The second person's PIN") : t("输你的 6 位 PIN", "Your 6-digit PIN")}</p>
            <Keypad key={String(given.length)} onPin={pin} />
          </>
        )}
      </div>
    </div>
  );
}
