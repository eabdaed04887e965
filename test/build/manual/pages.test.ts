/** The man pages that the build makes of docs/. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manPages } from "../../../src/build/manual/main.ts";
import { manPage } from "../../../src/build/manual/page.ts";

const directory = mkdtempSync(join(tmpdir(), "trace-man-"));
const pages = await manPages("2026-11-30");
const names = [...pages.keys()];

beforeAll(() => {
  for (const [name, text] of pages) writeFileSync(join(directory, name), text);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Returns what a program says of a page, on standard output and standard error. */
function run(command: string[], env: Record<string, string>): string {
  const options = { cwd: directory, env: { ...process.env, ...env }, stdin: null };
  const { stdout, stderr } = Bun.spawnSync(command, options);
  return `${stdout}${stderr}`;
}

const ofMarkdown = (markdown: string) =>
  manPage(markdown, {
    ...{ name: "trace-x", section: "1", date: "2026-11-30", version: "1.2.3" },
    pageOf: (file) => (file === "formats.md" ? { name: "trace-formats", section: "5" } : undefined),
  })
    .split("\n")
    .slice(1)
    .join("\n");

describe("the man pages", () => {
  test("include each command and the program", () => {
    expect(names).toContain("trace.1");
    expect(names).toContain("trace-exec.1");
    expect(names).toContain("trace-formats.5");
  });

  // What man runs, but for its sandbox, which takes most of the time.
  test("are formatted by groff without any warning", () => {
    const command = ["groff", "-k", "-mandoc", "-Tascii", "-ww", "-z"];
    expect(run([...command, ...names], {})).toBe("");
  });

  test("are shown by man without a warning", () => {
    const show = 'man --warnings -l "$0" 2>&1 >/dev/null';
    for (const locale of ["C", "C.UTF-8"])
      expect(run(["sh", "-c", show, "trace-watch.1"], { LC_ALL: locale })).toBe("");
  });

  test("pass the checks of mandoc", () => {
    expect(run(["mandoc", "-Tlint", "-Wwarning", ...names], {})).toBe("");
  });
});

describe("Markdown becomes", () => {
  test("sections and paragraphs", () => {
    expect(ofMarkdown("# trace-x(1)\n\n## NAME\n\ntrace-x - tries\n\n## NOTES\n\nA.\n\nB.\n")).toBe(
      '.SH "NAME"\ntrace-x \\- tries\n.SH "NOTES"\nA.\n.PP\nB.\n',
    );
  });

  test("entries of a list, of terms and of tables with two columns", () => {
    const entry = ".TP\n\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIFILE\\fR\nOutput file.\n";
    expect(ofMarkdown("**-o**, **--output** *FILE*\n: Output file.\n")).toBe(entry);
    expect(ofMarkdown("|A|B|\n|-|-|\n|**-o**, **--output** *FILE*|Output file.|\n")).toBe(entry);
  });

  test("a line for each further column of a table", () => {
    expect(ofMarkdown("|A|B|C|D|\n|-|-|-|-|\n|a|b||d|\n")).toBe(".TP\na\nb\n.br\n\\fID\\fR: d\n");
  });

  test("code whose characters can be copied", () => {
    expect(ofMarkdown("    a -b 'c' \\d ~\n    .e\n")).toContain(
      ".EX\na \\-b \\(aqc\\(aq \\ed \\(ti\n\\&.e\n.EE",
    );
    expect(ofMarkdown("Use `a --bc`.\n")).toContain("Use \\fB\\%a \\%\\-\\-bc\\fR.");
  });

  test("references to other pages", () => {
    expect(ofMarkdown("See [formats](formats.md#text).")).toContain(
      "See \\fB\\%trace\\-formats\\fR(5).",
    );
    expect(ofMarkdown("A [chain](formats.md) and [this](#x) and [Y](y.md).")).toContain(
      "A chain, see \\fB\\%trace\\-formats\\fR(5) and this and Y.",
    );
  });

  test("an error if there is no way to write it", () => {
    expect(() => ofMarkdown("> quoted\n")).toThrow("trace-x: cannot write blockquote");
  });
});
