// The service worker: the app starts without network. Calls of the API are never answered from here.

declare const self: ServiceWorkerGlobalScope;

const FILES: string[] = "__FILES__" as unknown as string[];
const CACHE = "medtrace-__VERSION__";
const LAZY = "medtrace-lazy";

self.addEventListener("install", (event) => {
  const wanted = ["./", ...FILES].map((name) => new Request(name, { cache: "reload" }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(wanted))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    const names = await caches.keys();
    // The version before stays for pages that are still open; its files are small.
    const old = names.filter((name) => name.startsWith("medtrace-") && name !== CACHE && name !== LAZY);
    await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith("/pda/")) return;
  if (request.mode === "navigate") {
    event.respondWith(page());
  } else {
    event.respondWith(file(request));
  }
});

async function page(): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match("./");
  return kept ?? fetch("./");
}

async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && request.url.includes("/files/")) {
    const cache = await caches.open(LAZY);
    await cache.put(request, answer.clone());
  }
  return answer;
}

export {};
