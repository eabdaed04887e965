/** The Markdown of a summary, read by a renderer of GitHub Flavored Markdown. */
import { expect, test } from "bun:test";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { renderMarkdown } from "../../../../src/sinks/reports/summary/markdown.ts";
import type { Report } from "../../../../src/sinks/reports/summary/report.ts";
import { UNKNOWN_RUN } from "../../../../src/sinks/reports/summary/run.ts";
import { decodeLatin1, textToLatin1 } from "../../../../src/text/latin1.ts";
import { printable } from "../../../../src/text/printable.ts";
import { randomName, seeded } from "../../names.ts";

/** The elements of a page, and the only ones with which it may be rendered. */
const OWN = "h3 details summary b table thead tbody tr th td code p blockquote".split(" ");
const ATTRIBUTES = /^(?: open=""| open| align="(?:left|right)")?$/;

const EMPTY: Report = {
  ...{ events: 0, processes: 1, temporary: 0, inputs: [], listed: [], outputs: [], removed: [] },
  ...{ changed: [], probes: [], programs: [], hosts: [], listened: [], mountNamespaces: [] },
};

/** Markup of GitHub, and what text could become a link. */
const HOSTILE = [
  ..."__init__ **b** *i* _i_ ~~s~~ ~s~ `c` ``c`` |a| \\| \\\\| a\\ \\` $x$ $$x$$ $`x`$ #1 a#b : # - 1. > <b> & &amp; &#42;".split(
    " ",
  ),
  ..."[a](b) ![a](b) [a][b] [^1] [x] <http://a.b> http://a.bc https://a.bc/d www.a.bc WWW.A.BC ftp://a.bc".split(
    " ",
  ),
  ..."a@b.cd mailto:a@b.cd xmpp:a@b.cd @user owner/repo#1 :smile: <!-- --> <script> </code> </td> ]]> --- | ~".split(
    " ",
  ),
  ...[
    "  a  b  ",
    " ",
    "`",
    "a b",
    "<!--",
    "-->",
    "{{x}}",
    "==x==",
    "^x^",
    "::error::x",
    "##[error]",
  ],
];

function decodeEntities(html: string): string {
  const names: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };
  return html.replace(/&(\w+);/g, (_, name) => names[name]);
}

/** Renders a page of these names as inputs. @returns the names that it shows, and its elements */
function render(names: readonly string[]) {
  const inputs = names.map((name) => ({
    ...{ path: `/${name.replaceAll("/", "|")}`, comm: name, pid: 1, times: 1 },
  }));
  const view = { directory: "/", allFiles: true };
  const page = renderMarkdown({ ...EMPTY, inputs }, view, UNKNOWN_RUN);
  const html = micromark(page, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  }).replace(/<!-- -->/g, "");
  const elements = [...html.matchAll(/<\/?([^\s>/]+)([^>]*)>/g)];
  const foreign = elements.filter(
    ([, name, rest]) => !OWN.includes(name) || !ATTRIBUTES.test(rest),
  );
  const rows = [...html.matchAll(/<tr>\s*<td align="left">(.*?)<\/td>/gs)].map(([, cell]) => cell);
  const shown = rows.map((cell) => {
    expect(cell).toMatch(/^<code>[^<]*<\/code>$/);
    return decodeEntities(cell.slice("<code>".length, -"</code>".length));
  });
  return { shown, foreign: foreign.map(([tag]) => tag) };
}

function expectLiteral(names: readonly string[]): void {
  const { shown, foreign } = render(names);
  expect(foreign).toEqual([]);
  expect(shown).toEqual(names.map((name) => printable(name.replaceAll("/", "|"))));
}

test("a name that is markup is shown as it is", () => {
  expectLiteral(HOSTILE);
});

test("random names of markup are shown as they are", () => {
  const random = seeded(12);
  const pick = () => HOSTILE[Math.floor(random() * HOSTILE.length)];
  for (let round = 0; round < 10; round++)
    expectLiteral(
      Array.from({ length: 120 }, () => {
        const parts = Array.from({ length: 1 + Math.floor(random() * 6) }, pick);
        return parts.join(random() < 0.5 ? "" : " ");
      }),
    );
});

test("random names of any bytes are shown as they are, with escapes", () => {
  const random = seeded(4);
  for (let round = 0; round < 8; round++)
    expectLiteral(
      Array.from({ length: 100 }, () => `${decodeLatin1(randomName(random))}${textToLatin1("é")}`),
    );
});
