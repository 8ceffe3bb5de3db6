// What the screens show; whoever changes it says so.

import { useEffect, useState } from "preact/hooks";

export interface Person {
  number: string;
  name: string;
  roles: string[];
  actions: string[];
}

export interface State {
  language: "zh" | "en";
  online: boolean;
  offlineSince: number | null;
  syncedAt: number | null;
  person: Person | null;
  grant: string | null;
  session: string | null;
  locked: boolean;
  enrolled: boolean;
  waiting: number;
  attention: number;
  sending: { done: number; of: number } | null;
  lastSend: { at: number; accepted: number; duplicate: number; exception: number } | null;
  scanned: number;
  refused: number;
  muted: boolean;
  storageFull: boolean;
  revoked: boolean;
}

export const state: State = {
  language: "zh",
  online: navigator.onLine,
  offlineSince: navigator.onLine ? null : Date.now(),
  syncedAt: null,
  person: null,
  grant: null,
  session: null,
  locked: false,
  enrolled: false,
  waiting: 0,
  attention: 0,
  sending: null,
  lastSend: null,
  scanned: 0,
  refused: 0,
  muted: false,
  storageFull: false,
  revoked: false,
};

const listeners = new Set<() => void>();

export function changed(): void {
  for (const each of [...listeners]) each();
}

export function useStore(): State {
  const [, again] = useState(0);
  useEffect(() => {
    const listen = () => again((count) => count + 1);
    listeners.add(listen);
    return () => void listeners.delete(listen);
  }, []);
  return state;
}
