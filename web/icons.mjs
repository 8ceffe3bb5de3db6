// Copies the icons that templates name out of lucide-static into one sprite, with its licence.
// Run `npm ci && npm run icons` in web/ after a template names a new icon.

import { readFileSync, writeFileSync } from "node:fs";

const source = "node_modules/lucide-static";
const { version } = JSON.parse(readFileSync(`${source}/package.json`, "utf8"));
const wanted = JSON.parse(readFileSync("icons.json", "utf8"));

const symbols = wanted.map((name) => {
  const drawing = readFileSync(`${source}/icons/${name}.svg`, "utf8");
  const inside = drawing.slice(drawing.indexOf(">", drawing.indexOf("<svg")) + 1, drawing.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s*\n\s*/g, "")}</symbol>`;
});

writeFileSync(
  "static/icons.svg",
  `<!-- lucide-static ${version}, ISC licence: see icons.LICENSE -->\n` +
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
writeFileSync("static/icons.LICENSE", readFileSync(`${source}/LICENSE`, "utf8"));
