// Which screen is shown: a hash, so that the device's back key works and a reload stays.

import { useLayoutEffect, useState } from "preact/hooks";

export interface Route {
  name: string;
  argument: string;
}

export const route = (): Route => {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  return { name: name || "home", argument: rest.map(decodeURIComponent).join("/") };
};

// A scan that a screen begins with is handed over in memory: no address and no history holds it.
let handed: string | null = null;

export function handedOver(): string | null {
  const found = handed;
  handed = null;
  return found;
}

export function go(name: string, argument = "", scan: string | null = null): void {
  handed = scan;
  const wanted = `#/${name}${argument ? `/${encodeURIComponent(argument)}` : ""}`;
  if (location.hash === wanted) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = wanted;
}

export function useRoute(): Route {
  const [found, set] = useState(route);
  useLayoutEffect(() => {
    const listen = () => set(route());
    window.addEventListener("hashchange", listen);
    return () => window.removeEventListener("hashchange", listen);
  }, []);
  return found;
}
