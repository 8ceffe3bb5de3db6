// Puts the libraries that pages load into static/vendor, with their licences and versions: htmx as
// it is published, of ECharts the parts that we draw with. Run `npm ci && npm run vendor` in web/
// after a new version; the result is committed, so that the program needs no Node.

import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const target = "static/vendor";
mkdirSync(target, { recursive: true });

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;

await build({
  entryPoints: ["echarts-parts.mjs"],
  bundle: true,
  minify: true,
  format: "esm",
  legalComments: "none",
  banner: { js: `/* Apache ECharts ${version("echarts")}, Apache-2.0 licence: see echarts.LICENSE */` },
  outfile: `${target}/echarts.js`,
});
copyFileSync("node_modules/echarts/LICENSE", `${target}/echarts.LICENSE`);
copyFileSync("node_modules/echarts/NOTICE", `${target}/echarts.NOTICE`);

const htmx = readFileSync("node_modules/htmx.org/dist/htmx.min.js", "utf8");
writeFileSync(`${target}/htmx.js`, `/* htmx ${version("htmx.org")}, Zero-Clause BSD licence: see htmx.LICENSE */\n${htmx}\n`);
copyFileSync("node_modules/htmx.org/LICENSE", `${target}/htmx.LICENSE`);
