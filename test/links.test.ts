/** The links of the documentation within the repository: their files and headings exist. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

const ROOT = resolve(import.meta.dir, "..");
const listed = Bun.spawnSync(["git", "ls-files", "-z", "--", "*.md"], { cwd: ROOT });
const FILES = listed.stdout.toString().split("\0").filter(Boolean);

const pages = new Map<string, string>();

/** Returns a page as HTML, which takes long to make. */
function toHtml(path: string): string {
  const options = { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true };
  const html = pages.get(path) ?? micromark(readFileSync(path, "utf8"), options);
  pages.set(path, html);
  return html;
}

/** Returns the names that GitHub gives to the headings of a page. */
function anchors(path: string): string[] {
  const headings = Array.from(
    toHtml(path).matchAll(/<h[1-6]>(.*?)<\/h[1-6]>/gs),
    ([, text]) => text,
  );
  return headings.map((heading) => {
    const text = heading.replace(/<[^>]*>|&\w+;/g, "").toLowerCase();
    return text.replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
  });
}

/** Returns the links of a page that lead nowhere. */
function brokenLinks(file: string): string[] {
  const path = join(ROOT, file);
  const links = Array.from(toHtml(path).matchAll(/ (?:href|src)="([^"]*)"/g), ([, link]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [name, anchor] = decodeURI(link).split("#");
    const target = name === "" ? path : join(dirname(path), name);
    return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor));
  });
}

test.each(FILES)("the links of %s lead to files and headings that exist", (file) => {
  expect(brokenLinks(file)).toEqual([]);
});
