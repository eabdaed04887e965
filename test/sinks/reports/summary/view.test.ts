/** The rendering of a summary: collapsed lists and escaped names. */
import { describe, expect, test } from "bun:test";
import { collapse } from "../../../../src/sinks/reports/summary/collapse.ts";
import { shellSplit } from "../../../../src/sinks/reports/summary/from-record.ts";
import { renderJson } from "../../../../src/sinks/reports/summary/json.ts";
import { renderMarkdown } from "../../../../src/sinks/reports/summary/markdown.ts";
import { pathGroup } from "../../../../src/sinks/reports/summary/path-groups.ts";
import type { Report, ReportEntry } from "../../../../src/sinks/reports/summary/report.ts";
import { UNKNOWN_RUN } from "../../../../src/sinks/reports/summary/run.ts";
import { renderText } from "../../../../src/sinks/reports/summary/text.ts";
import { ByteSlice } from "../../../../src/text/byte-slice.ts";
import { decodeLatin1 } from "../../../../src/text/latin1.ts";
import { printable } from "../../../../src/text/printable.ts";
import { shellQuote } from "../../../../src/text/shell-quote.ts";
import { surrogateEscape, surrogateUnescape } from "../../../../src/text/surrogate-escape.ts";

const entry = (path: string): ReportEntry => {
  const group = pathGroup(path);
  return { path, times: 1, pid: 1, comm: "cc", ...(group ? { group } : {}) };
};
const latin1 = (name: string) => decodeLatin1(Buffer.from(name));
const VIEW = { directory: "/work", allFiles: false };
const EMPTY: Report = {
  events: 0,
  processes: 1,
  inputs: [],
  listed: [],
  outputs: [],
  temporary: 0,
  removed: [],
  changed: [],
  probes: [],
  programs: [],
  hosts: [],
  listened: [],
  mountNamespaces: [],
};

describe("collapsing", () => {
  test("a few files are listed, those below the current directory first", () => {
    const lines = collapse([entry("/etc/passwd"), entry("/work/a"), entry("/work2/b")], "/work");
    expect(lines.map(({ path }) => path)).toEqual(["/work/a", "/etc/passwd", "/work2/b"]);
  });

  test("full directories elsewhere become one line each, and every file is counted", () => {
    const headers = Array.from({ length: 50 }, (_, i) => entry(`/usr/include/bits/h${i}.h`));
    const others = Array.from({ length: 9 }, (_, i) => entry(`/usr/include/h${i}.h`));
    const lines = collapse([...headers, ...others, entry("/work/main.c")], "/work");
    expect(lines.map(({ path, files }) => [path, files])).toContainEqual([
      "/usr/include/bits/",
      50,
    ]);
    expect(lines.length).toBeLessThan(22);
    expect(lines.reduce((sum, { files }) => sum + files, 0)).toBe(60);
  });

  test("a collapsed directory includes collapsed ones below it", () => {
    const many = (directory: string, count: number) =>
      Array.from({ length: count }, (_, i) => entry(`${directory}/f${i}`));
    const lines = collapse([...many("/a/b/c", 30), ...many("/a/b", 25)], "/work");
    expect(lines.map(({ path, files }) => [path, files])).toEqual([["/a/b/", 55]]);
  });

  test("files of /proc, /dev, libraries and locales become one line per group", () => {
    const paths = ["/proc/self/maps", "/dev/null", "/usr/lib/x86_64-linux-gnu/libc.so.6"];
    const lines = collapse([...paths, "/usr/lib/locale/C.utf8/LC_TIME"].map(entry), "/work");
    expect(lines.map(({ path }) => path)).toEqual([
      "/dev",
      "/proc",
      "locale and time zone",
      "shared libraries",
    ]);
  });

  test("a project's own shared object is no system library", () => {
    expect(pathGroup("/work/libx.so")).toBeUndefined();
    expect(pathGroup("/procfs/x")).toBeUndefined();
  });
});

describe("names", () => {
  const HOSTILE = ["a\nb", "\x1b[31m", "é", "\u202egpj", "a|b`c`<b>&", "plain"];

  test("no character that controls a terminal is shown unescaped", () => {
    for (const name of HOSTILE) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(printable(latin1(name))).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
    }
    expect(printable(latin1("é"))).toBe("é");
    expect(printable("\xff\xfe")).toBe("\\xff\\xfe");
  });

  test("every byte survives JSON", () => {
    const all = decodeLatin1(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    for (const name of [...HOSTILE.map(latin1), all, latin1("😀\u{10ffff}"), "\xed\xa0\x80", ""])
      expect(surrogateUnescape(JSON.parse(JSON.stringify(surrogateEscape(name))))).toBe(name);
  });

  test("a name is no markup in markdown", () => {
    const page = renderMarkdown(
      { ...EMPTY, inputs: [entry("/work/a|b`c`<b>&")] },
      VIEW,
      UNKNOWN_RUN,
    );
    expect(page).toContain("<code>a&#124;b&#96;c&#96;&lt;b>&amp;</code>");
  });

  test("a summary in JSON has every file", () => {
    const inputs = Array.from({ length: 300 }, (_, i) => entry(`/usr/include/${i}`));
    expect(JSON.parse(renderJson({ ...EMPTY, inputs }, VIEW, UNKNOWN_RUN)).inputs.length).toBe(300);
  });

  test("arguments survive shell quotes", () => {
    const words = ["a b", "it's", "", "\xff", "$(x)", "a\nb", "--x=1", "'''"];
    const line = shellQuote(words.map((word) => new ByteSlice(Buffer.from(word, "latin1"))));
    expect(shellSplit(decodeLatin1(line.bytes, line.start, line.length))).toEqual(words);
  });
});

test("the columns of a text are aligned beside wide characters", () => {
  const inputs = [entry("/work/日本"), entry("/work/⚡"), entry("/work/plain")];
  const lines = renderText({ ...EMPTY, inputs }, VIEW, UNKNOWN_RUN)
    .split("\n")
    .slice(1, 4);
  const columns = lines.map((line) => Bun.stringWidth(line.slice(0, line.indexOf("cc[1]"))));
  expect(new Set(columns).size).toBe(1);
});

test("directories and paths are counted as such, not as files", () => {
  const many = Array.from({ length: 30 }, (_, i) => entry(`/usr/share/d${i}/`));
  const text = renderText(
    { ...EMPTY, listed: [entry("/work/d/"), ...many], probes: many },
    VIEW,
    UNKNOWN_RUN,
  );
  expect(text).toContain("Directories listed: 31 directories\n  d/ ");
  expect(text).toContain("30 directories  cc[1]");
  expect(text).toContain("Not found: 30 paths\n");
  expect(text).toContain("30 paths  cc[1]");
});

test("a summary in text shows empty inputs and outputs", () => {
  expect(renderText(EMPTY, VIEW, UNKNOWN_RUN)).toBe(
    "Inputs: 0 files\n\nOutputs: 0 files\n\n1 process ran\n",
  );
});
