import { afterAll, describe, expect, test } from "bun:test";
import type { Column, Time } from "../../../src/events/column.ts";
import { DEFAULT_TEXT_COLUMNS } from "../../../src/sinks/formats/text/column-styles.ts";
import { text } from "../../../src/sinks/formats/text.ts";
import { ByteSlice } from "../../../src/text/byte-slice.ts";
import { Collected, render } from "../collected.ts";
import { bytes, randomName, seeded } from "../names.ts";

const zone = process.env.TZ;
process.env.TZ = "UTC";
afterAll(() => {
  process.env.TZ = zone;
});

/** The columns of a test's event; an omitted column has no value. */
type Event = Readonly<Record<string, number | string | Uint8Array | Time | readonly string[]>>;

const KINDS: Readonly<Record<string, Column<Event>["kind"]>> = {
  ...{ time: "time", wall: "time", cpu: "time", argv: "list" },
  ...{ pid: "integer", return: "integer", status: "integer", signal: "integer" },
  ...{ max_rss: "integer", uid: "integer", event: "word" },
  ...{
    kind: "word",
    errno: "word",
    flags_text: "word",
    mode_text: "word",
    op: "word",
    note: "word",
  },
};

function column(name: string): Column<Event> {
  const value = ({ [name]: given }: Event) => {
    if (given === undefined) return null;
    if (given instanceof Uint8Array) return new ByteSlice(given);
    if (Array.isArray(given)) return given.map((word) => ByteSlice.from(word));
    return typeof given === "string" ? ByteSlice.from(given) : given;
  };
  const named = { name, key: name, about: "", of: value };
  return { ...named, kind: KINDS[name] ?? "bytes" } as Column<Event>;
}

/** The columns of file events; those of `procs` differ. */
const LINE = [...DEFAULT_TEXT_COLUMNS, "uid"]
  .filter((name) => !["user", "event", "detail"].includes(name))
  .map(column);

/** Returns the lines after the header. */
function lines(events: readonly Event[], terminal = false): string[] {
  return render(text, LINE, events, terminal).toString().split("\n").slice(1, -1);
}

function table(columns: string, events: readonly Event[]): string[] {
  const named = columns.split(",").map(column);
  return render(text, named, events, false, true).toString().split("\n").slice(0, -1);
}

const time = (seconds: number, nanoseconds = 0): Time => ({ seconds, nanoseconds });
const open: Event = {
  ...{ time: time(43384, 123_999_999), pid: 1234, comm: "git", kind: "openat", return: 3 },
  ...{ filename: "/etc/hostname", flags_text: "O_RDONLY|O_CLOEXEC" },
};

test("a line has the time, process, call, result, and then the other values", () => {
  expect(
    lines([
      open,
      { ...open, flags_text: "O_WRONLY|O_CREAT|O_TRUNC", mode_text: "0644", note: "created" },
      { time: time(43384), pid: 1234, comm: "git", kind: "fork", return: 1235 },
      { time: time(43384), pid: 1235, comm: "git", kind: "exit", status: 0, wall: time(3, 5e7) },
      { time: time(43384), pid: 1236, comm: "git", kind: "exit", signal: 9, max_rss: 3412 },
    ]),
  ).toEqual([
    "12:03:04.123   1234  git       openat         3  /etc/hostname  O_RDONLY|O_CLOEXEC",
    "12:03:04.123   1234  git       openat         3  /etc/hostname  O_WRONLY|O_CREAT|O_TRUNC 0644  created",
    "12:03:04.000   1234  git       fork        1235",
    "12:03:04.000   1235  git       exit           0  ran 3.050 s",
    "12:03:04.000   1236  git       exit      signal 9  3412 KiB",
  ]);
});

test("an event of `procs` has its user, and its name in the column of the call", () => {
  const procs = "pid,comm,user,event,status,argv,detail".split(",").map(column);
  const event = { pid: 7, comm: "sh", user: "root", event: "exit", status: 2, argv: ["sh", "a b"] };
  const shown = render(text, procs, [{ ...event, detail: "exit 2" }]).toString();
  expect(shown.split("\n").slice(0, 2)).toEqual([
    "  pid  comm      user      call      result",
    '    7  sh        root      exit           2  sh "a b"  exit 2',
  ]);
});

test("an error's name replaces the result", () => {
  const [line] = lines([{ ...open, return: -2, errno: "ENOENT" }]);
  expect(line).toContain("  openat    ENOENT  /etc/hostname  ");
});

test("a relative name is shown as the path that it refers to, if known", () => {
  const shown = (event: Event) =>
    lines([{ kind: "openat", ...event }])[0]
      .split(/ {2,}/)
      .at(-1);
  expect(shown({ filename: "a", path: "/tmp/a" })).toBe("/tmp/a");
  expect(shown({ filename: "/bin/sh", path: "/usr/bin/dash" })).toBe("/bin/sh");
  expect(shown({ filename: "a" })).toBe("a");
  expect(shown({ filename: "" })).toBe('""');
  expect(shown({ path: "/tmp/a" })).toBe("/tmp/a");
  expect(shown({ filename: "a", path: "/b/a", fname2: "c", path2: "/b/c" })).toBe("/b/c");
});

test("a column grows with its values, and they stay aligned", () => {
  const long = { ...open, pid: 4194304, comm: "kworker/u8:2-ev", kind: "newfstatat" };
  expect(lines([open, long, open])).toEqual([
    "12:03:04.123   1234  git       openat         3  /etc/hostname  O_RDONLY|O_CLOEXEC",
    "12:03:04.123  4194304  kworker/u8:2-ev  newfstatat       3  /etc/hostname  O_RDONLY|O_CLOEXEC",
    "12:03:04.123     1234  git              openat           3  /etc/hostname  O_RDONLY|O_CLOEXEC",
  ]);
});

test("a value wider than the column's maximum shifts the rest of its line only", () => {
  const [first, , third] = lines([open, { ...open, kind: "k".repeat(100) }, open]);
  expect(third.length - first.length).toBe(4);
});

test("wide and combining characters count as a terminal shows them", () => {
  const at = (comm: string) => {
    const [line] = lines([{ ...open, comm }]);
    return [...line].findIndex((_, i, all) => all.slice(i, i + 6).join("") === "openat");
  };
  expect(at("git")).toBe(31);
  expect(at("日本")).toBe(29);
  expect(at("e\u0301")).toBe(32);
  expect(at("žl")).toBe(31);
  expect(at("⚡")).toBe(30);
});

describe("a name is unchanged", () => {
  const shown = (...name: (string | number)[]) =>
    lines([{ filename: bytes("/", ...name) }])[0].trimStart();

  test("unless it would be ambiguous", () => {
    expect(shown("a,b'c=d")).toBe("/a,b'c=d");
    expect(shown("žluťoučký/日本/😀")).toBe("/žluťoučký/日本/😀");
    expect(shown("two words")).toBe('"/two words"');
    expect(shown('say "hi"')).toBe('"/say \\"hi\\""');
    expect(shown("back\\slash")).toBe('"/back\\\\slash"');
  });

  test("unless it would control the terminal or end the line", () => {
    expect(shown("\n\r\t\x1b[31m\x7f")).toBe('"/\\n\\r\\t\\x1b[31m\\x7f"');
    expect(shown("\u009b31m")).toBe('"/\\xc2\\x9b31m"');
    expect(shown("a\u202egnp.exe")).toBe('"/a\\xe2\\x80\\xaegnp.exe"');
    expect(shown("a\u200bb")).toBe('"/a\\xe2\\x80\\x8bb"');
    expect(shown("caf", 0xe9)).toBe('"/caf\\xe9"');
  });

  test("also among the arguments of an exec", () => {
    const argv = ["sh", "-c", "echo hi >a\n", ""];
    expect(lines([{ argv }])[0].trimStart()).toBe('sh -c "echo hi >a\\n" ""');
  });

  test("without quotes in a column of its own", () => {
    expect(lines([{ comm: 'Web "Content"\x1b' }])[0].trimStart()).toBe('Web "Content"\\x1b');
  });
});

test("no name can control a terminal or break a line, and none leaves trailing spaces", () => {
  const random = seeded(6);
  const events = Array.from({ length: 2000 }, () => ({
    ...{ pid: 1, comm: randomName(random), filename: randomName(random), path: randomName(random) },
    ...{ fname2: randomName(random) },
  }));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const all = decoder.decode(render(text, LINE, events));
  const hidden = /[^\P{Cc}\n]|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;
  expect(hidden.exec(all)).toBeNull();
  expect(all.split("\n").length).toBe(events.length + 2);
  expect(all.split("\n").filter((line) => line.endsWith(" "))).toEqual([]);
});

test("times are in the local time zone at that time", () => {
  const at = (seconds: number, zone: string) => {
    process.env.TZ = zone;
    const [line] = lines([{ time: time(seconds) }]);
    process.env.TZ = "UTC";
    return line;
  };
  expect(at(0, "UTC")).toBe("00:00:00.000");
  expect(at(-1, "UTC")).toBe("23:59:59.000");
  expect(at(0, "Asia/Kolkata")).toBe("05:30:00.000");
  expect(at(0, "America/New_York")).toBe("19:00:00.000");
  // Clocks went forward at 01:00 UTC.
  expect(at(1774745999, "Europe/Berlin")).toBe("01:59:59.000");
  expect(at(1774746000, "Europe/Berlin")).toBe("03:00:00.000");
  expect(at(2 ** 53, "UTC")).toMatch(/^\d\d:\d\d:\d\d\.000$/);
});

test("named columns are a table of exactly these, in order, under their names", () => {
  const event = { ...open, uid: 0, filename: "a b" };
  expect(table("uid,filename,return", [event, { ...event, return: -2 }])).toEqual([
    `  uid  filename${" ".repeat(24)}  return`,
    `    0  "a b"${" ".repeat(27)}       3`,
    `    0  "a b"${" ".repeat(27)}      -2`,
  ]);
  expect(table("filename", [event])).toEqual(["filename", '"a b"']);
  expect(table("wall,filename", [{ wall: time(12, 5e6) }, {}])).toEqual([
    "     wall  filename",
    "   12.005",
    "",
  ]);
});

describe("on a terminal with colours", () => {
  const shown = (event: Event) => lines([event], true)[0].replaceAll("\x1b", "^");

  test("an error is red, and its text is the same as without colours", () => {
    const failed = { ...open, errno: "ENOENT" };
    expect(shown(failed)).toContain("^[31mENOENT^[m");
    expect(shown({ kind: "exit", status: 1 })).toContain("^[31m     1^[m");
    expect(shown({ kind: "exit", status: 0 })).not.toContain("^");
    const plain = shown(failed).replace(/\^\[\d*m/g, "");
    expect(plain).toBe(lines([failed])[0]);
  });

  test("the flags of an open that may change a file differ in colour from those of one that only reads", () => {
    const flags = (text: string) => shown({ flags_text: text }).match(/\^\[(\d+)m/)?.[1];
    expect(flags("O_RDONLY|O_CLOEXEC")).toBe("2");
    expect(["O_WRONLY", "O_RDWR|O_CREAT", "O_ACCMODE"].map(flags)).toEqual(["33", "33", "33"]);
    expect(flags("AT_SYMLINK_NOFOLLOW")).toBe("2");
  });
});

test("a run without events is a header", () => {
  expect(render(text, LINE, []).toString()).toBe(
    "time            pid  comm      call      result  name, flags\n",
  );
});

test("an event that fails leaves no output in the next line", () => {
  const output = new Collected();
  const broken: Column<Event> = {
    ...{ name: "note", key: "note", about: "", kind: "word" },
    of(event) {
      if (event.note) throw new Error("broken");
      return null;
    },
  };
  const columns = [...LINE.filter(({ name }) => name !== "note"), broken];
  const sink = text({ columns, output, terminal: false });
  expect(() => sink.write({ ...open, note: "x" })).toThrow("broken");
  sink.write(open);
  sink.close();
  expect(output.text.split("\n")[1]).toBe(lines([open])[0]);
});
