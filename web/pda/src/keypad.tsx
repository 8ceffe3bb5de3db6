// Six digits, on keys large enough for gloves; a keyboard types them too.

import { useLayoutEffect, useState } from "preact/hooks";
import { t } from "./i18n";
import { forgetKeys } from "./wedge";

const LENGTH = 6;

export function Keypad({ onPin }: { onPin: (pin: string) => void }) {
  const [pin, setPin] = useState("");
  const press = (digit: string) => setPin((before) => (before.length < LENGTH ? before + digit : before));
  useLayoutEffect(() => {
    if (pin.length < LENGTH) return;
    const typed = pin;
    forgetKeys();
    setPin("");
    onPin(typed);
  }, [pin]);
  useLayoutEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (/^\d$/.test(event.key) && !(event.target instanceof HTMLInputElement && event.target.dataset["scan"] !== "sink")) press(event.key);
      if (event.key === "Backspace") setPin((before) => before.slice(0, -1));
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, []);
  return (
    <div class="keypad" data-testid="keypad">
      <div class="dots" aria-label={t(`已输 ${pin.length} 位`, `${pin.length} digits`)}>
        {Array.from({ length: LENGTH }, (_, place) => <span class={place < pin.length ? "on" : ""} />)}
      </div>
      <div class="keys">
        {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
          <button type="button" onClick={() => press(digit)}>{digit}</button>
        ))}
        <span />
        <button type="button" onClick={() => press("0")}>0</button>
        <button type="button" onClick={() => setPin((before) => before.slice(0, -1))}>{t("删", "Del")}</button>
      </div>
    </div>
  );
}
