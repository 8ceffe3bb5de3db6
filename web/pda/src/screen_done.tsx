// What this person did here lately, and putting one of it right: both stay on record.

import { useEffect, useState } from "preact/hooks";
import type { Words } from "./api";
import { hm, iso, now, uuid7 } from "./clock";
import { get } from "./db";
import { doneName, markCorrected, type Done } from "./history";
import { say, t } from "./i18n";
import { Shape } from "./icons";
import { jobOf } from "./jobs";
import { Banner, Button, Empty, Foot, Header } from "./parts";
import { queued, StorageFull, type Made } from "./queue";
import { keepAndAsk } from "./sending";
import { go } from "./router";
import { SignDialog } from "./screen_sign";
import type { Signature } from "./signing";
import { play } from "./sound";
import { state, useStore } from "./state";

const WHY: { code: string; text: Words }[] = [
  { code: "did_not_occur", text: { zh: "没有发生", en: "It did not happen" } },
  { code: "incorrect_data", text: { zh: "扫错或数量不对", en: "Wrong thing or quantity" } },
];

// What became of a step: nothing, a correction, or one that waits.
function stands(done: Done): string {
  if (queued().some((each) => each.correction?.["corrects"] === done.id)) return t("更正待签名", "to be signed");
  return done.corrected ? t("已更正", "corrected") : "";
}

export function DoneScreen() {
  useStore();
  const [list, setList] = useState<Done[]>([]);
  const [chosen, setChosen] = useState<Done | null>(null);
  const [why, setWhy] = useState<(typeof WHY)[number] | null>(null);
  const [persons, setPersons] = useState(0);
  const [said, setSaid] = useState<{ verdict: "go" | "look" | "stop"; text: string } | null>(null);
  useEffect(() => void get<Done[]>(doneName()).then((found) => setList(found ?? [])), []);

  const tell = (verdict: "go" | "look" | "stop", text: string) => {
    play(verdict);
    setSaid({ verdict, text });
  };
  const record = (): Made => {
    const id = uuid7();
    const at = iso(now());
    const correction = { id, time: at, corrects: chosen!.id, error: why!.code, note: why!.text.zh };
    return { id, at, by: state.person?.number ?? "", grant: state.grant, job: "correct", what: chosen!.what, correction };
  };
  // Out of reach it is kept, and waits for its signature until it is asked for.
  const correct = async (signatures: Signature[]) => {
    setPersons(0);
    try {
      const answers = await keepAndAsk([record()], state.online ? 15_000 : 50, { signatures });
      const problem = answers?.[0]?.recorded === false ? answers[0].problems[0] : null;
      if (problem?.code === "second-signature-required") return setPersons(2);
      if (problem) return tell("stop", say(problem.text));
      if (answers) await markCorrected(chosen!.id);
      setList((await get<Done[]>(doneName())) ?? []);
      setChosen(null);
      setWhy(null);
      if (answers) tell("go", t("两条都在账上", "Both stay on record"));
      else tell("look", t("已存在本机，连上网再签名", "Kept here. Sign it when the network is back"));
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      tell("stop", t("本机存不下了，没有存上。先连网上传", "Storage is full. Not saved: send first"));
    }
  };
  return (
    <>
      <Header title={t("刚才做的", "Done lately")} sub={`${state.person?.name ?? ""} ${state.person?.number ?? ""}`} />
      {said && <Banner verdict={said.verdict} word={{ go: t("已更正", "DONE"), look: t("已保存", "KEPT"), stop: undefined }[said.verdict]} text={said.text} />}
      <main class="body">
        {!list.length && <Empty icon="check" text={t("这台机器上还没有做过什么", "Nothing was done here yet")} />}
        {list.length > 0 && (
          <section class="card lines" data-testid="done">
            {list.map((each) => (
              <button type="button" class={chosen?.id === each.id ? "row order-row on" : "row order-row"} disabled={stands(each) !== ""} onClick={() => setChosen(each)}>
                <Shape verdict={stands(each) ? "look" : "go"} size={22} />
                <div class="row-text"><b>{say(jobOf(each.job)?.name) || t("床旁给药", "Bedside")}</b><span>{each.what}</span></div>
                <span class="row-side">{hm(new Date(each.at))}<small>{stands(each)}</small></span>
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
        <Button main disabled={!chosen || !why} onClick={() => (state.online ? setPersons(1) : void correct([]))} id="correct">{t("更正", "Correct")}</Button>
      </Foot>
      {persons > 0 && (
        <SignDialog key={String(persons)} count={persons} what={`${t("更正", "Correct")}：${chosen?.what ?? ""}`} onSigned={(given) => void correct(given)} onClose={() => setPersons(0)} />
      )}
    </>
  );
}
