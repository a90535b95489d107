// Makes monitor/report/site/assets/nhsuk.css from the two packages that package.json names, the same bytes each time:
//   npm install --omit=optional --ignore-scripts --no-package-lock && node make.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const library = join(here, "node_modules", "nhsuk-frontend");
const target = join(here, "..", "..", "monitor", "report", "site", "assets", "nhsuk.css");
const { version } = JSON.parse(readFileSync(join(library, "package.json"), "utf8"));

// Browsers take no mask from a file beside a page that was opened from a folder, but one that is written out.
function writtenOut(_, name) {
  const drawing = readFileSync(join(library, "dist", "nhsuk", "assets", "images", name), "utf8").trim();
  return `url("data:image/svg+xml,${encodeURIComponent(drawing)}")`;
}

const { css } = sass.compile(join(here, "nhsuk.scss"), { loadPaths: [join(here, "node_modules")], style: "compressed" });
const whole = css.replace(/^\uFEFF/, "").replace(/url\("\/assets\/images\/([\w-]+\.svg)"\)/g, writtenOut);
const elsewhere = whole.replaceAll('url("data:', "").match(/url\([^)]*|@import[^;]*|https?:(?!\/\/www\.w3\.org)[^"')]*/);
if (elsewhere) throw new Error(`asks for ${elsewhere[0]}: a page of the site fetches nothing`);
const licence = readFileSync(join(here, "LICENSE"), "utf8").trim();
const lines = whole.trim().replaceAll("}", "}\n"); // one rule a line, so that a new version can be read as a diff
const head = `/*! Part of NHS.UK frontend ${version}, made by .ci/nhsuk/make.mjs; not to be changed by hand.\n\n${licence}\n*/\n`;
writeFileSync(target, head + lines);
console.log(`${target}: ${(head + lines).length} bytes of NHS.UK frontend ${version}`);
