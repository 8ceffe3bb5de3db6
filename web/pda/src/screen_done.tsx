// What this person did here lately, and putting one of it right: both stay on record.

import { useEffect, useState } from "preact/hooks";
import { call, Problem, type Words } from "./api";
import { hm, iso, now, uuid7 } from "./clock";
import { get, put } from "./db";
import type { Signature } from "./engine";
import { doneName, type Done } from "./history";
import { say, t } from "./i18n";
import { Shape } from "./icons";
import { jobOf } from "./jobs";
import { Banner, Button, Empty, Foot, Header } from "./parts";
import { go } from "./router";
import { SignDialog } from "./screen_sign";
import { play } from "./sound";
import { state, useStore } from "./state";

const WHY: { code: string; text: Words }[] = [
  { code: "did_not_occur", text: { zh: "没有发生", en: "It did not happen" } },
  { code: "incorrect_data", text: { zh: "扫错或数量不对", en: "Wrong thing or quantity" } },
];

export function DoneScreen() {
  useStore();
  const [list, setList] = useState<Done[]>([]);
  const [chosen, setChosen] = useState<Done | null>(null);
  const [why, setWhy] = useState<(typeof WHY)[number] | null>(null);
  const [persons, setPersons] = useState(0);
  const [said, setSaid] = useState<{ verdict: "go" | "stop"; text: string } | null>(null);
  useEffect(() => void get<Done[]>(doneName()).then((found) => setList(found ?? [])), []);

  const tell = (verdict: "go" | "stop", text: string) => {
    play(verdict);
    setSaid({ verdict, text });
  };
  const correct = async (signatures: Signature[]) => {
    const done = chosen!;
    setPersons(0);
    try {
      const body = { id: uuid7(), time: iso(now()), corrects: done.id, error: why!.code, note: why!.text.zh, signatures };
      const answer = await call<{ outcome: string; text: Words | null }>("POST", "/corrections", body, 15_000);
      if (answer.outcome === "refused") return tell("stop", say(answer.text));
      const next = list.map((each) => (each.id === done.id ? { ...each, corrected: true } : each));
      setList(next);
      setChosen(null);
      setWhy(null);
      await put(doneName(), next);
      tell("go", t("已更正，两条都在账上", "Corrected, both stay on record"));
    } catch (error) {
      if (error instanceof Problem && error.code === "second-signature-required") return setPersons(2);
      tell("stop", error instanceof Problem ? say(error.words) : t("更正要在线做", "Corrections are made online"));
    }
  };
  return (
    <>
      <Header title={t("刚才做的", "Done lately")} sub={`${state.person?.name ?? ""} ${state.person?.number ?? ""}`} />
      {said && <Banner verdict={said.verdict} word={said.verdict === "go" ? t("已更正", "DONE") : undefined} text={said.text} />}
      <main class="body">
        {!list.length && <Empty icon="check" text={t("这台机器上还没有做过什么", "Nothing was done here yet")} />}
        {list.length > 0 && (
          <section class="card lines" data-testid="done">
            {list.map((each) => (
              <button type="button" class={chosen?.id === each.id ? "row order-row on" : "row order-row"} disabled={each.corrected} onClick={() => setChosen(each)}>
                <Shape verdict={each.corrected ? "look" : "go"} size={22} />
                <div class="row-text"><b>{say(jobOf(each.job)?.name) || t("床旁给药", "Bedside")}</b><span>{each.what}</span></div>
                <span class="row-side">{hm(new Date(each.at))}<small>{each.corrected ? t("已更正", "corrected") : ""}</small></span>
              </button>
            ))}
          </section>
        )}
        {chosen && (
          <section class="card slots">
            <div class="slot">
              <span class="slot-ask">{t("哪里不对", "What was wrong")}</span>
              <div class="chips">
                {WHY.map((each) => (
                  <button type="button" class={why === each ? "chip chip-on" : "chip"} onClick={() => setWhy(each)}>{say(each.text)}</button>
                ))}
              </div>
            </div>
          </section>
        )}
      </main>
      <Foot>
        <Button onClick={() => go("home")}>{t("回首页", "Home")}</Button>
        <Button main disabled={!chosen || !why} onClick={() => setPersons(1)} id="correct">{t("更正", "Correct")}</Button>
      </Foot>
      {persons > 0 && (
        <SignDialog key={String(persons)} count={persons} what={`${t("更正", "Correct")}：${chosen?.what ?? ""}`} onSigned={(given) => void correct(given)} onClose={() => setPersons(0)} />
      )}
    </>
  );
}
