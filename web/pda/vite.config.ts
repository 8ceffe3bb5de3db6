// Builds the handheld app into web/static/pda. The same sources and lock file give the same bytes:
// names carry the content's hash, and nothing of the machine or the time goes in.

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const LAZY = /camera|zxing|argon2/;

// The service worker is told which files make up the app; what the camera needs is kept when it is first used.
function serviceWorker(): Plugin {
  return {
    name: "medtrace-service-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") throw new Error("sw.js is missing");
      const files = Object.keys(bundle)
        .filter((name) => name !== "sw.js" && (!LAZY.test(name) || /argon2/.test(name)))
        .concat("icon-192.png", "icon-512.png", "manifest.webmanifest", "test-symbol.png")
        .sort();
      const version = createHash("sha256");
      for (const name of files) {
        const file = bundle[name];
        if (file) version.update(file.type === "chunk" ? file.code : file.source);
      }
      worker.code = worker.code
        .replace('"__FILES__"', JSON.stringify(files.filter((name) => name !== "index.html")))
        .replace("__VERSION__", version.digest("hex").slice(0, 12));
    },
  };
}

export default defineConfig({
  root: here("."),
  base: "/pda/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2020", // WebView of Android 8 PDAs, updated to Chromium 80 and later
    outDir: "../static/pda",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { app: here("index.html"), sw: here("src/sw.ts") },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "files/[name]-[hash].js"),
        chunkFileNames: "files/[name]-[hash].js",
        assetFileNames: "files/[name]-[hash][extname]",
      },
    },
  },
  plugins: [serviceWorker()],
});
