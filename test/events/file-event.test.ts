/** The values of a FileEvent: times, kinds, results, addresses, arguments, exits. */
import { describe, expect, test } from "bun:test";
import type { Time } from "../../src/events/column.ts";
import { EVENT_KINDS } from "../../src/events/event-kinds.ts";
import * as abi from "../../src/events/event-record.ts";
import { CALL_NAMES, FILE_CALLS } from "../../src/events/file-calls.ts";
import { FileEvent } from "../../src/events/file-event.ts";
import { valuesOf } from "../abi/compiler.ts";
import { buildRecord, components, type Stream, streams } from "../fixtures/builders.ts";
import { cellsOf, eventOf } from "../fixtures/fixtures.ts";

type Fields = Parameters<typeof buildRecord>[1];
type Parts = Parameters<typeof buildRecord>[2];

/** Returns the cells of a finished call. */
function cellsOfCall(name: string, fields: Fields = {}, parts: Parts = {}) {
  return cellsOf(
    eventOf(buildRecord(abi.EVENT_SYSCALL, { call: CALL_NAMES.indexOf(name), ...fields }, parts)),
  );
}

function nanoseconds({ seconds, nanoseconds }: Time): bigint {
  expect(nanoseconds).toBeGreaterThanOrEqual(0);
  expect(nanoseconds).toBeLessThan(1e9);
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}

/** How far the number of a time since 1970 is from the next one, in nanoseconds. */
const NUMBER_STEP = 256;
const YEAR = 366n * 86_400n * 1_000_000_000n;

describe("time", () => {
  test("loses no nanosecond, whatever the uptime and the boot time", () => {
    const uptimes = [
      0n,
      1n,
      999_999_999n,
      1_000_000_000n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 53n + 1n,
    ];
    uptimes.push(2n ** 62n + 12345n, 123_456_789_012_345_678n, 2n ** 64n - 1n);
    const boots = [0, 1, 500_000_000, 999_999_999];
    for (const uptime of uptimes)
      for (const boot of boots) {
        const origin = { seconds: 1_700_000_000, nanoseconds: boot };
        const event = new FileEvent(buildRecord(abi.EVENT_SYSCALL, { time: uptime }), origin);
        expect(nanoseconds(event.time)).toBe(uptime + nanoseconds(origin));
        const error = BigInt(event.epochNanoseconds) - nanoseconds(event.time);
        if (uptime < YEAR) expect(Number(error)).toBeWithin(-NUMBER_STEP, NUMBER_STEP + 1);
      }
  });

  test("of a process's lifetime is the difference of its start and end", () => {
    const fields = { time: 5_000_000_000n, started: 1_999_999_999n, cpu_time: 1_500_000_000n };
    const cells = cellsOf(eventOf(buildRecord(abi.EVENT_EXIT, { ...fields, max_rss: 4096 })));
    expect(cells).toMatchObject({ wall: "3.000000001", cpu: "1.500000000", max_rss: "4096" });
    const call = cellsOfCall("openat", fields);
    expect(call).toMatchObject({ wall: null, cpu: null, max_rss: null });
  });

  test("that is impossible, because the end precedes the start, is still written as a time", () => {
    const event = eventOf(buildRecord(abi.EVENT_EXIT, { time: 1, started: 1_000_000_003n }));
    expect(nanoseconds(event.wall!)).toBe(-1_000_000_002n);
  });
});

describe("kinds", () => {
  test("every call has the kind and the name of its row", () => {
    for (const { name, kind } of FILE_CALLS)
      expect(cellsOfCall(name)).toMatchObject({ event: kind, kind: name });
    expect(new Set(FILE_CALLS.map(({ kind }) => kind)).isSubsetOf(new Set(EVENT_KINDS))).toBe(true);
  });

  test("only unlinkat with AT_REMOVEDIR becomes rmdir", () => {
    expect(cellsOfCall("unlinkat", { flags: 0 }).event).toBe("unlink");
    expect(cellsOfCall("unlinkat", { flags: 0x200 }).event).toBe("rmdir");
    expect(cellsOfCall("faccessat2", { flags: 0x200 }).event).toBe("access");
  });

  test("a call or a type of another version is shown, not dropped", () => {
    expect(cellsOfCall("none", { call: 255 }, { name: "name" })).toMatchObject({
      event: "open",
      filename: "name",
    });
    expect(cellsOf(eventOf(buildRecord(200, {}, { name: "name" })))).toMatchObject({
      event: "open",
    });
    expect(cellsOf(eventOf(buildRecord(abi.EVENT_SYSCALL, { abi: 9 })))).toMatchObject({
      abi: null,
    });
    const op = cellsOf(
      eventOf(buildRecord(abi.EVENT_URING_FAILED, { abi: abi.ABI_IO_URING, nr: 255 })),
    );
    expect(op).toMatchObject({ op: null, abi: "io_uring" });
  });
});

describe("results", () => {
  test("of an interrupted call are the kernel's internal errors, and are noted", () => {
    for (const [ret, interrupted] of [
      [-511, false],
      [-512, true],
      [-514, true],
      [-516, true],
      [-517, false],
      [-4, false],
    ] as const) {
      const cells = cellsOfCall("openat", { ret });
      expect(cells.return).toBe(String(ret));
      expect(cells.note).toBe(interrupted ? "interrupted" : null);
    }
  });

  test("that are errors have their names", () => {
    expect(cellsOfCall("openat", { ret: -2 }).errno).toBe("ENOENT");
    expect(cellsOfCall("openat", { ret: -9999 }).errno).toBe("errno 9999");
    expect(cellsOfCall("openat", { ret: 0 }).errno).toBeNull();
  });

  test("are empty if only success is known", () => {
    const notes = abi.NOTE_RETURN_UNKNOWN | abi.NOTE_CQE_SKIP;
    expect(cellsOfCall("openat", { notes })).toMatchObject({ return: null, errno: null });
  });

  test("show whether a name is missing that the kernel could read", () => {
    const missing = (notes: number, ret: number) =>
      eventOf(buildRecord(abi.EVENT_SYSCALL, { notes, ret })).nameUnreadable;
    for (const note of [abi.NOTE_NAME_UNREADABLE, abi.NOTE_NAME2_UNREADABLE]) {
      expect(missing(note, 3)).toBe(true);
      expect(missing(note, -2)).toBe(true);
      expect(missing(note, -14)).toBe(false); // EFAULT: the kernel could not read it either
    }
    expect(missing(0, -2)).toBe(false);
  });
});

test("an open has a mode only if its flags use one", () => {
  const mode = (flags: number | bigint) => cellsOfCall("openat", { flags, mode: 0o644 }).mode;
  expect(mode(0)).toBe("0");
  expect(mode(0o200000)).toBe("0"); // O_DIRECTORY alone
  expect(mode(0o100)).toBe("420");
  expect(mode(0o20200000)).toBe("420"); // O_TMPFILE
  expect(cellsOfCall("mkdir", { mode: 0o755 }).mode).toBe("493");
  expect(cellsOfCall("rename", { mode: 0o755 }).mode).toBeNull();
});

test("64-bit flags of openat2 are written in full", () => {
  const flags = 2n ** 63n + 1n;
  expect(cellsOfCall("openat2", { flags })).toMatchObject({
    flags: flags.toString(),
    flags_text: "O_WRONLY|0x8000000000000000",
  });
});

test("a device has the number of stat(2)", () => {
  const devices = [
    [0, 0],
    [8, 1],
    [259, 300],
    [253, 255],
    [0, 256],
    [4095, 1048575],
  ];
  const made_ = devices.map(([major, minor]) => `makedev(${major}, ${minor})`);
  const expected = valuesOf(["sys/sysmacros.h"], made_);
  devices.forEach(([major, minor], i) => {
    const fields = { dev: major * 2 ** 20 + minor, i_mode: 0o100644 };
    expect(cellsOfCall("openat", fields).dev).toBe(String(Object.values(expected)[i]));
  });
});

test("an inode that was not read has neither number nor type", () => {
  const cells = cellsOfCall("openat", { ino: 5, dev: 5, i_mode: 0 });
  expect(cells).toMatchObject({ ino: null, dev: null, ftype: null });
});

describe("arguments", () => {
  const argv = (text: string) =>
    cellsOf(eventOf(buildRecord(abi.EVENT_EXEC, {}, { argv: text }))).argv;

  test("are as many as there are NULs, including empty ones", () => {
    expect(argv("ls\0-l\0\0two words\0")).toBe("ls|-l||two words");
    expect(argv("\0")).toBe("");
    expect(eventOf(buildRecord(abi.EVENT_EXEC, {}, { argv: "\0\0" })).argv?.length).toBe(2);
  });

  test("keep the last one if it is truncated", () => {
    expect(argv("ls\0-l")).toBe("ls|-l");
    expect(eventOf(buildRecord(abi.EVENT_EXEC, {}, { argv: "" })).argv).toEqual([]);
  });
});

test("arguments and addresses end with their record, whatever follows it", () => {
  const behind = (record: abi.EventRecord) => {
    const memory = new Uint8Array(record.end + 64).fill(0x58);
    memory.set(record.bytes);
    memory[record.end + 10] = 0;
    const view = new abi.EventRecord(memory);
    view.moveTo(0, record.end);
    return cellsOf(eventOf(view));
  };
  expect(behind(buildRecord(abi.EVENT_EXEC, {}, { argv: "ls\0-l" })).argv).toBe("ls|-l");
  const call = CALL_NAMES.indexOf("bind");
  const name = "\x01\0/socket";
  expect(behind(buildRecord(abi.EVENT_SYSCALL, { call }, { name })).filename).toBe("/socket");
});

describe("an exec", () => {
  const exec = (fields: Fields, parts: Parts = {}) =>
    cellsOf(eventOf(buildRecord(abi.EVENT_EXEC, fields, parts)));

  test("has the arguments of its call", () => {
    const [execve, execveat] = ["execve", "execveat"].map((name) => CALL_NAMES.indexOf(name));
    expect(exec({ call: execve }, { name: "./a" })).toMatchObject({
      event: "exec",
      kind: "execve",
      filename: "./a",
      dfd: "-100",
      flags: null,
      return: "0",
    });
    const byFd = exec({ call: execveat, dfd: 3, flags: 0x1000 });
    expect(byFd).toMatchObject({ kind: "execveat", filename: "", dfd: "3", flags: "4096" });
    expect(exec({ call: execveat }, { name: "a" })).toMatchObject({
      kind: "execveat",
      dfd: "-100",
    });
  });

  test("by an fd is an execveat where the kernel does not tell the call", () => {
    expect(exec({ call: 0 }, { name: "/bin/a" }).kind).toBe("execve");
    expect(exec({ call: 0, dfd: 3 }, { name: "a" })).toMatchObject({ kind: "execveat", dfd: "3" });
  });

  test("of a memfd has a name instead of a path", () => {
    const parts = { path: "memfd:a/b\0" };
    expect(exec({}, parts).path).toBe("memfd:a/b");
    expect(exec({ notes: abi.NOTE_PATH_CUT }, parts).path).toBeNull();
    expect(exec({}).path).toBeNull();
    expect(cellsOfCall("openat", {}, parts).path).toBeNull();
  });

  test("has a working directory, which is no second path", () => {
    const parts = { path: components("/bin/a"), path2: components("/home/x") };
    const fields = { notes: abi.NOTE_PATH | abi.NOTE_PATH2 };
    expect(exec(fields, parts)).toMatchObject({ path: "/bin/a", cwd: "/home/x", path2: null });
    expect(exec({ notes: abi.NOTE_PATH2 }).cwd).toBe("/");
    expect(exec({ notes: abi.NOTE_PATH }, parts).cwd).toBeNull();
    expect(cellsOfCall("rename", fields, parts).cwd).toBeNull();
  });

  describe("has standard streams:", () => {
    const stdin = (stream: Stream) => exec({}, { stdio: streams(stream, null, null) }).stdin;
    const dev = (8 << 20) | 1;

    test("pipes and sockets as in /proc/PID/fd", () => {
      expect(stdin({ ino: 12345, dev: 14, mode: 0o010600, pipefs: true })).toBe("pipe:[12345]");
      expect(stdin({ ino: 2 ** 53 - 1, dev: 9, mode: 0o140777 })).toBe("socket:[9007199254740991]");
    });

    test("others with type, device and inode, as the columns of that file", () => {
      expect(stdin({ ino: 5, dev, mode: 0o100644 })).toBe("file:[2049:5]");
      expect(stdin({ ino: 3, dev: 6, mode: 0o020666 })).toBe("char:[6:3]");
      expect(stdin({ ino: 7, dev, mode: 0o010644 })).toBe("fifo:[2049:7]");
      expect(stdin({ ino: 9, dev: 15, mode: 0o600 })).toBe("anon:[15:9]");
    });

    test("nothing if they are closed or were not requested", () => {
      expect(stdin(null)).toBeNull();
      expect(exec({}).stdin).toBeNull();
    });

    test("each in its own column", () => {
      const file = (ino: number) => ({ ino, dev, mode: 0o100644 });
      expect(exec({}, { stdio: streams(file(1), file(2), file(3)), argv: "x\0" })).toMatchObject({
        stdin: "file:[2049:1]",
        stdout: "file:[2049:2]",
        stderr: "file:[2049:3]",
        argv: "x",
      });
    });
  });
});

test("a file that the kernel read at an exec has a name and a path", () => {
  const notes = abi.NOTE_PATH | abi.NOTE_BASE;
  const parts = { name: "./a", path: components("/home") };
  const script = cellsOf(eventOf(buildRecord(abi.EVENT_INTERP, { notes }, parts)));
  expect(script).toMatchObject({
    event: "interp",
    kind: "interp",
    filename: "./a",
    path: "/home/a",
    dfd: "-100",
    return: "0",
    flags: null,
    argv: null,
  });
});

describe("an exit", () => {
  const exit = (ret: number) => cellsOf(eventOf(buildRecord(abi.EVENT_EXIT, { ret })));

  test("has a status or a signal, never both", () => {
    expect(exit(0)).toMatchObject({ status: "0", signal: null });
    expect(exit(255 << 8)).toMatchObject({ status: "255", signal: null });
    expect(exit(9)).toMatchObject({ status: null, signal: "9" });
    expect(exit(11 | 0x80)).toMatchObject({ status: null, signal: "11" }); // with a core dump
  });

  test("returns nothing", () => {
    expect(exit(256)).toMatchObject({ return: null, errno: null, filename: null, flags: null });
  });
});

describe("addresses", () => {
  const name = (address: readonly number[], length = address.length) => {
    const text = String.fromCharCode(...address.slice(0, length));
    return cellsOfCall("connect", {}, { name: text }).filename;
  };
  const unix = (path: string) => [1, 0, ...Buffer.from(path, "latin1")];

  test("of AF_UNIX are their path, up to NUL or their end", () => {
    expect(name(unix("/run/socket"))).toBe("/run/socket");
    expect(name(unix("/run/socket\0rest"))).toBe("/run/socket");
    expect(name(unix("\xff"))).toBe("\xff");
    expect(name(unix("x".repeat(108)))).toBe("x".repeat(108));
    expect(name(unix(`${"x".repeat(108)}behind`))).toBe("x".repeat(108));
  });

  test("of AF_UNIX that are abstract start with @, which replaces every NUL", () => {
    expect(name(unix("\0abstract"))).toBe("@abstract");
    expect(name(unix("\0a\0\xff\0"))).toBe("@a@\xff@");
    expect(name(unix("\0"))).toBe("@");
  });

  test("of AF_UNIX without a name are their family", () => {
    expect(name(unix(""))).toBe("family 1");
  });

  test("of IPv4 are host and port", () => {
    expect(name([2, 0, 0x1f, 0x90, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0])).toBe("192.0.2.1:8080");
  });

  test("that are truncated are only their family", () => {
    const inet = [2, 0, 0x1f, 0x90, 192, 0, 2, 1];
    for (let length = 1; length < inet.length; length++)
      expect(name(inet, length)).toBe(length < 2 ? "family 0" : "family 2");
    expect(name(inet, 0)).toBe("");
  });

  test("of AF_UNIX have a path below the directory", () => {
    const notes = abi.NOTE_PATH | abi.NOTE_BASE;
    const parts = { name: String.fromCharCode(...unix("a.sock")), path: components("/run") };
    expect(cellsOfCall("bind", { notes }, parts).path).toBe("/run/a.sock");
  });
});

describe("a path and its name", () => {
  const parts = {
    name: "s/../from//",
    name2: "up/to",
    path: components("/real/d"),
    path2: components("/real/e"),
  };
  const paths = (notes: number) => {
    const cells = cellsOfCall("rename", { notes: abi.NOTE_PATH | abi.NOTE_PATH2 | notes }, parts);
    return [cells.path, cells.path2];
  };

  test("are joined if the path is the base directory of the name", () => {
    expect(paths(abi.NOTE_BASE)).toEqual(["/real/d/s/../from", "/real/e/up/to"]);
  });

  test("are the path alone if it is that of the file", () => {
    expect(paths(abi.NOTE_TARGET2)).toEqual(["/real/d", "/real/e"]);
  });

  test("are joined by the last component if the path is its real directory", () => {
    expect(paths(abi.NOTE_PARENT | abi.NOTE_PARENT2)).toEqual(["/real/d/from", "/real/e/to"]);
  });
});

test("the file that a rename replaces is known if it has a device or an inode", () => {
  const cells = (fields: object) => cellsOfCall("rename", fields);
  expect(cells({ dev2: (8 << 20) | 1, ino2: 7n })).toMatchObject({ dev2: "2049", ino2: "7" });
  expect(cells({})).toMatchObject({ dev2: null, ino2: null });
});

test("every note has its word, in a fixed order", () => {
  const all = 0xffff_ffff & ~abi.NOTE_RETURN_UNKNOWN;
  expect(cellsOfCall("openat", { notes: all, ret: -512 }).note).toBe(
    "interrupted name-unreadable created direct sqpoll cqe-skip path-cut argv-cut seccomp",
  );
  expect(cellsOfCall("openat", { notes: abi.NOTE_PATH | abi.NOTE_BASE }).note).toBeNull();
});
