/**
 * Makes the page of `trace report` without its data, one file that needs no other: bun
 * src/build/report-page.ts FILE. It depends on the sources and packages alone.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATA_SLOT } from "../sinks/reports/page/html.ts";
import { EMBEDDED } from "./dist/components.ts";

const SOURCES = join(import.meta.dirname, "../report-page");

/** Returns the page's program. @throws Error that says what cannot be built */
async function bundle(): Promise<string> {
  const { outputs, metafile } = await Bun.build({
    entrypoints: [join(SOURCES, "main.tsx")],
    target: "browser",
    format: "iife",
    minify: true,
    metafile: true,
    jsx: { runtime: "automatic", importSource: "preact", development: false },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  requireKnown(Object.keys(metafile?.inputs ?? {}));
  return (await outputs[0].text()).trim();
}

/** @throws Error if a package is in the page that the list of components lacks */
function requireKnown(files: readonly string[]): void {
  if (files.length === 0) throw new Error("the bundler does not say what is in the page");
  const packages = files.flatMap(
    (file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [],
  );
  const unknown = packages.filter((name) => !EMBEDDED.includes(name));
  if (unknown.length)
    throw new Error(`components.ts lacks parts of the page: ${unknown.join(", ")}`);
}

/** Returns the style sheet without comments and indentation. */
function styles(): string {
  const text = readFileSync(join(SOURCES, "styles.css"), "utf8");
  return text
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\n\s*/g, "\n")
    .trim();
}

/** Returns what a Content-Security-Policy names an inline element by. */
function hashOf(text: string): string {
  return `'sha256-${new Bun.CryptoHasher("sha256").update(text).digest("base64")}'`;
}

/** Only this program and this style sheet work in the page, and nothing is loaded. */
function page(script: string, style: string): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>trace report</title>
<style>${style}</style>
</head>
<body>
<div id="app"><noscript>This page needs JavaScript. It loads nothing from the network.</noscript></div>
<div id="print"></div>
<script id="data" type="application/json">${DATA_SLOT}</script>
<script>${script}</script>
</body>
</html>
`;
}

const [output] = process.argv.slice(2);
const [script, style] = [await bundle(), styles()];
if (/<\/?script|<!--/i.test(script) || style.includes("</")) throw new Error("ends its element");
const text = page(script, style);
if (text.split(DATA_SLOT).length !== 2) throw new Error(`has not one ${DATA_SLOT}`);
writeFileSync(output, text);
