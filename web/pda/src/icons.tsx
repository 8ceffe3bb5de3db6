// Icons of lucide-static (ISC licence), taken into the build as they are.

import arrowDownLeft from "lucide-static/icons/arrow-down-left.svg?raw";
import arrowUpRight from "lucide-static/icons/arrow-up-right.svg?raw";
import bed from "lucide-static/icons/bed.svg?raw";
import camera from "lucide-static/icons/camera.svg?raw";
import check from "lucide-static/icons/check.svg?raw";
import chevronDown from "lucide-static/icons/chevron-down.svg?raw";
import chevronLeft from "lucide-static/icons/chevron-left.svg?raw";
import chevronRight from "lucide-static/icons/chevron-right.svg?raw";
import clipboardCheck from "lucide-static/icons/clipboard-check.svg?raw";
import clock from "lucide-static/icons/clock.svg?raw";
import image from "lucide-static/icons/image-up.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import languages from "lucide-static/icons/languages.svg?raw";
import lock from "lucide-static/icons/lock.svg?raw";
import logOut from "lucide-static/icons/log-out.svg?raw";
import mapPin from "lucide-static/icons/map-pin.svg?raw";
import minus from "lucide-static/icons/minus.svg?raw";
import packageOpen from "lucide-static/icons/package-open.svg?raw";
import pill from "lucide-static/icons/pill.svg?raw";
import plus from "lucide-static/icons/plus.svg?raw";
import scanLine from "lucide-static/icons/scan-line.svg?raw";
import search from "lucide-static/icons/search.svg?raw";
import settings from "lucide-static/icons/settings-2.svg?raw";
import shieldAlert from "lucide-static/icons/shield-alert.svg?raw";
import snowflake from "lucide-static/icons/snowflake.svg?raw";
import split from "lucide-static/icons/split.svg?raw";
import stamp from "lucide-static/icons/stamp.svg?raw";
import timer from "lucide-static/icons/timer.svg?raw";
import trash from "lucide-static/icons/trash-2.svg?raw";
import truck from "lucide-static/icons/truck.svg?raw";
import undo from "lucide-static/icons/undo-2.svg?raw";
import user from "lucide-static/icons/user.svg?raw";
import userCheck from "lucide-static/icons/user-check.svg?raw";
import usersRound from "lucide-static/icons/users-round.svg?raw";
import volume from "lucide-static/icons/volume-2.svg?raw";
import volumeOff from "lucide-static/icons/volume-x.svg?raw";
import wifiOff from "lucide-static/icons/wifi-off.svg?raw";
import x from "lucide-static/icons/x.svg?raw";

const ICONS = {
  "arrow-down-left": arrowDownLeft, "arrow-up-right": arrowUpRight, bed, camera, check, "chevron-down": chevronDown,
  "chevron-left": chevronLeft, "chevron-right": chevronRight, "clipboard-check": clipboardCheck, clock, image, info,
  languages, lock, "log-out": logOut, "map-pin": mapPin, minus, "package-open": packageOpen, pill, plus,
  "scan-line": scanLine, search, settings, "shield-alert": shieldAlert, snowflake, split, stamp, timer, "trash-2": trash, truck,
  "undo-2": undo, user, "user-check": userCheck, "users-round": usersRound, volume, "volume-off": volumeOff,
  "wifi-off": wifiOff, x,
};
export type IconName = keyof typeof ICONS;

const inside = (svg: string): string => svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));

export function Icon({ name, size = 24, stroke = 2 }: { name: IconName; size?: number; stroke?: number }) {
  return (
    <svg
      class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
      stroke-width={stroke} stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: inside(ICONS[name]) }}
    />
  );
}

// The shapes of the verdicts: circle, triangle, octagon.
export function Shape({ verdict, size = 52 }: { verdict: "go" | "look" | "stop"; size?: number }) {
  const shape = {
    go: <><circle cx="26" cy="26" r="26" fill="currentColor" /><path d="M15 27l8 8 15-16" fill="none" stroke="var(--sign)" stroke-width="5" stroke-linecap="round" stroke-linejoin="round" /></>,
    look: <><path d="M26 3 50 46a3 3 0 0 1-3 4H5a3 3 0 0 1-3-4z" fill="currentColor" stroke="currentColor" stroke-width="3" stroke-linejoin="round" /><path d="M26 20v14" stroke="var(--sign)" stroke-width="5" stroke-linecap="round" /><circle cx="26" cy="42" r="3" fill="var(--sign)" /></>,
    stop: <><path d="M15.500 0h21L52 15.500v21L36.500 52h-21L0 36.500v-21z" fill="currentColor" /><path d="M26 12v17" stroke="var(--sign)" stroke-width="6" stroke-linecap="round" /><circle cx="26" cy="39.500" r="3.600" fill="var(--sign)" /></>,
  }[verdict];
  return <svg class={`shape shape-${verdict}`} width={size} height={size} viewBox="0 0 52 52" aria-hidden="true">{shape}</svg>;
}
