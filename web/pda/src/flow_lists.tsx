// What a job works through: the lines of its order, recalled goods to find, what was scanned.

import { day, hm, hms, now } from "./clock";
import { shown } from "./codes";
import { advice, copy, placeName, station, type Lying, type Order } from "./copy";
import type { Flow } from "./engine";
import type { Taken } from "./flow_state";
import type { Done } from "./history";
import { t } from "./i18n";
import { Shape } from "./icons";
import { Empty, short, Stepper } from "./parts";
import { go } from "./router";
import { recalledHere } from "./standing";

// First expired, first out, less what was scanned just now.
function nextOf(flow: Flow, product: string): (Lying & { lot: string }) | undefined {
  const taken = new Map<string, number>();
  for (const { reading, quantity } of flow.taken) {
    if (reading.product?.code === product) taken.set(reading.lot ?? "", (taken.get(reading.lot ?? "") ?? 0) + quantity);
  }
  return advice(product, day(now())).find((row) => {
    const gone = Math.min(taken.get(row.lot) ?? 0, row.quantity);
    taken.set(row.lot, (taken.get(row.lot) ?? 0) - gone);
    return gone < row.quantity;
  });
}

export function OrderLines({ flow, order }: { flow: Flow; order: Order }) {
  return (
    <section class="card lines">
      {order.lines.map((line) => {
        const product = line.product ? copy.products.get(line.product) : undefined;
        const done = flow.progress(line);
        const full = flow.limited && done >= line.quantity;
        const take = flow.job.id === "pick" && product && !full ? nextOf(flow, product.code) : undefined;
        return (
          <div class={full ? "row row-done" : "row"}>
            {full ? <Shape verdict="go" size={22} /> : <span class="slot-wait" />}
            <div class="row-text">
              <b>{product?.name ?? line.product ?? line.identifiers[0]}</b>
              <span>
                {take
                  ? <>{t("先取 ", "First ")}<span class="mono">{take.lot}</span> · {take.expiry}{take.location === station() ? "" : ` · ${placeName(take.location)}`}</>
                  : (line.lot ? `${t("批 ", "Lot ")}${line.lot}` : product?.specification)}
              </span>
            </div>
            <span class="row-count"><b>{done}</b>{flow.limited ? ` / ${line.quantity}` : ""}</span>
          </div>
        );
      })}
    </section>
  );
}

export function RecallList() {
  const found = recalledHere();
  if (!found.length) return <Empty icon="shield-alert" text={t("这里没有要找的召回品", "Nothing recalled lies here")} />;
  return (
    <section class="card lines">
      {found.map(({ lot, left }) => (
        <div class="row">
          <Shape verdict="stop" size={22} />
          <div class="row-text">
            <b>{copy.products.get(lot.product)?.name ?? lot.product}</b>
            <span><span class="mono">{lot.lot || "–"}</span> · {left.map((row) => placeName(row.location)).join(t("、", ", "))}</span>
          </div>
          <span class="row-count"><b>{left.reduce((sum, row) => sum + row.quantity, 0)}</b></span>
        </div>
      ))}
    </section>
  );
}

// What was just confirmed, and the way to put it right.
export function DoneList({ what }: { what: Done[] }) {
  return (
    <>
      <section class="card lines" data-testid="just-done">
        {what.slice(0, 5).map((each) => (
          <div class="row">
            <Shape verdict="go" size={22} />
            <div class="row-text row-whole"><b>{each.what}</b></div>
            <span class="row-time">{hm(new Date(each.at))}</span>
          </div>
        ))}
      </section>
      <button type="button" class="plain" onClick={() => go("done")}>{t("有错，去更正", "Something wrong? Correct it")}</button>
    </>
  );
}

export function TakenList({ flow }: { flow: Flow }) {
  const latest = [...flow.taken].reverse();
  return (
    <>
      <h3 class="section">{t("刚才扫的", "Scanned")}</h3>
      <section class="card lines" data-testid="taken">
        {latest.slice(0, 30).map((each) => <TakenRow flow={flow} taken={each} />)}
        {latest.length > 30 && <div class="row more">{t(`还有 ${latest.length - 30} 条`, `${latest.length - 30} more`)}</div>}
      </section>
    </>
  );
}

function TakenRow({ flow, taken }: { flow: Flow; taken: Taken }) {
  const { reading } = taken;
  return (
    <div class="row" data-testid="taken-row">
      <Shape verdict="go" size={22} />
      <div class={reading.piece ? "row-text row-scan" : "row-text row-amount"}>
        <span class="mono">{reading.piece || flow.job.id === "split" ? short(shown(reading.raw, reading.key)) : reading.lot}</span>
        <span>{reading.product?.name}</span>
      </div>
      {reading.piece
        ? <span class="row-time">{hms(new Date(taken.at))}</span>
        : <Stepper value={taken.quantity} unit={reading.product?.unit ?? ""} onChange={(value) => flow.setQuantity(taken, value)} />}
    </div>
  );
}
