// What a scan fills that is no thing: a place, an order, a patient; each with what is said of it.

import { call, Problem } from "./api";
import { sealBand } from "./bands";
import { isHere, station, type Order, type Place } from "./copy";
import { said, type Patient, type Said, type Slots } from "./flow_state";
import { say, t } from "./i18n";
import { orderTypes, type Job } from "./jobs";
import { patientOfBand } from "./round";

export interface Filled {
  said: Said;
  slots?: Slots;
}

export function placed(job: Job, place: Place): Filled {
  const slot = job.slots.find((each) => each.name === "destination");
  if (!slot) return { said: said("look", place.name, t("这一步不用扫地点", "No place is needed here")) };
  if (slot.inside && !isHere(place.code)) {
    return { said: said("stop", place.name, t("不在本站点里。扫这里的货位", "Not in this station. Scan a shelf here")) };
  }
  if (!slot.inside && place.code === station()) {
    return { said: said("look", place.name, t("就在这里。扫要去的地方", "That is here. Scan where it goes")) };
  }
  return { said: said("go", place.name, t("地点对了，继续扫", "Place set. Keep scanning")), slots: { destination: place.code } };
}

export function ordered(job: Job, order: Order): Filled {
  const { number, type } = order;
  if (!orderTypes(job).includes(type)) return { said: said("stop", number, t("这张单不是这一步的", "Not an order for this job")) };
  if (order.state !== "open") return { said: said("stop", number, t("这张单已经办完或作废", "This order is closed")) };
  const slots: Slots = { order: { type, number } };
  if (order.patient) slots.patient = { patient: order.patient, bed: "", name: "", tail: "" };
  if (order.party) slots.party = order.party;
  if (order.destination && job.id !== "accept" && job.id !== "receive") slots.destination = order.destination;
  return { said: said("go", number, t(`${order.lines.length} 个品种`, order.lines.length === 1 ? "1 line" : `${order.lines.length} lines`)), slots };
}

// By the server, else by the ward's list, else whoever it is: the record waits with the band sealed.
// `closed`: there is a list, and its person has to show the PIN once more.
export async function bandOf(job: Job, band: string): Promise<Filled | "closed"> {
  try {
    return met(await call<Patient>("POST", "/patient", { wristband: band }));
  } catch (error) {
    if (error instanceof Problem) return { said: said("stop", t("腕带", "Wristband"), say(error.words)) };
  }
  const found = await patientOfBand(band);
  if (found === "closed") return found;
  if (found) return met(found.patient);
  const patient = await sealBand(band);
  if (!patient) return { said: said("stop", t("离线", "Offline"), t("离线查不到患者。连上网再扫腕带", "Patients can't be found offline")) };
  const kept = orderTypes(job).length
    ? t("腕带或单号记下了，上传时对人", "Number kept. Looked up when sent")
    : t("腕带记下了，上传时对人", "Band kept. Looked up when sent");
  return { said: said("look", t("离线", "OFFLINE"), kept), slots: { patient } };
}

function met({ patient, bed, name, tail }: Patient): Filled {
  return {
    said: said("go", t(`${bed} 床 ${name}`, `Bed ${bed} ${name}`), t("核对姓名", "Check the name")),
    slots: { patient: { patient, bed, name, tail } },
  };
}
