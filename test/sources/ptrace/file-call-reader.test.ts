/** Records of file calls, read from registers and memory of this process, as if it had made them. */
import { afterAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as abi from "../../../src/events/event-record.ts";
import { FILE_CALLS } from "../../../src/events/file-calls.ts";
import { allocate, cString } from "../../../src/ffi/memory.ts";
import { FileCallReader } from "../../../src/sources/ptrace/file-call-reader.ts";
import { RecordWriter } from "../../../src/sources/ptrace/record-writer.ts";
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import type { Tracee } from "../../../src/sources/ptrace/tracee.ts";
import { cellsOf, eventOf } from "../../fixtures/fixtures.ts";

const { pid } = process;
const passer = { tid: pid, tgid: pid };
const WANTED = abi.WANT_PATH | abi.WANT_INODE;
const AT_FDCWD = 0xffff_ff9cn;
const O_CREAT = 0o100n;
const O_EXCL = 0o200n;
const ENOENT = -2n;
const EFAULT = -14n;
const NOWHERE = 8n;

const directory = mkdtempSync(`${tmpdir()}/reader-`);
const dfd = openSync(directory, "r");
afterAll(() => {
  closeSync(dfd);
  rmSync(directory, { recursive: true });
});

const at = (text: string) => BigInt(cString(text).address);

interface CallOptions {
  readonly result?: bigint;
  readonly want?: number;
}

function stopOf(args: readonly bigint[]): SyscallStop {
  const stop = new SyscallStop();
  stop.tid = pid;
  for (const [index, argument] of args.entries()) stop.args[index] = argument;
  return stop;
}

function traceeOf(stop: SyscallStop | null): Tracee {
  return {
    tid: pid,
    tgid: pid,
    syscall: stop,
    starting: false,
    stoppedBy: 0,
    inVfork: false,
    abi: "x64",
    hasFilter: false,
    attached: false,
  };
}

function reading(want = WANTED) {
  const writer = new RecordWriter();
  const reader = new FileCallReader(writer, want);
  reader.args.selectThread(pid);
  return { writer, reader };
}

function callNamed(name: string) {
  const index = FILE_CALLS.findIndex((call) => call.name === name);
  return { call: FILE_CALLS[index], index: index + 1 };
}

/** Returns the record of a call, with its entry and its exit. */
function recordOf(name: string, args: readonly bigint[], options: CallOptions = {}) {
  const { result = 0n, want } = options;
  const { writer, reader } = reading(want);
  const recorded = callNamed(name);
  const { call } = recorded;
  const stop = stopOf(args);
  const entryState = call.kind === "open" ? reader.captureOpen(stop, call, passer) : undefined;
  stop.result = result;
  stop.failed = result < 0n;
  writer.begin(abi.EVENT_SYSCALL, 1n);
  reader.writeCall(stop, traceeOf(stop), recorded, entryState);
  const record = writer.finish();
  return { record, cells: cellsOf(eventOf(record)), notes: record.notes };
}

describe("a name", () => {
  test("is relative to the directory fd, or to the working directory", () => {
    const from = (start: bigint) =>
      recordOf("unlinkat", [start, at("name"), 0n], { result: ENOENT }).cells.path;
    expect(from(BigInt(dfd))).toBe(`${directory}/name`);
    const here = process.cwd().replace(/\/$/, "");
    expect(from(AT_FDCWD)).toBe(`${here}/name`);
    expect(from(0xffff_ffff_ffff_ff9cn)).toBe(`${here}/name`);
  });

  test("that is absolute starts at the root, whatever the directory fd", () => {
    const { cells, record } = recordOf("unlinkat", [BigInt(dfd), at("/a/b"), 0n]);
    expect([cells.path, record.dfd]).toEqual(["/a/b", dfd]);
  });

  test("that cannot be read is noted, and has no path", () => {
    const { notes, cells } = recordOf("unlinkat", [AT_FDCWD, NOWHERE, 0n], { result: EFAULT });
    expect(notes & abi.NOTE_NAME_UNREADABLE).toBe(abi.NOTE_NAME_UNREADABLE);
    expect(cells.path).toBeNull();
  });

  test("of a null pointer is empty, not unreadable", () => {
    const { notes, cells } = recordOf("unlinkat", [AT_FDCWD, 0n, 0n], { result: EFAULT });
    expect([notes & abi.NOTE_NAME_UNREADABLE, cells.filename, cells.path]).toEqual([0, "", null]);
  });

  test("has at most the kernel's maximum length", () => {
    const read = (length: number) =>
      recordOf("unlinkat", [AT_FDCWD, at("x".repeat(length)), 0n]).record.nameLength;
    expect([4095, 9000].map(read)).toEqual([4095, 4095]);
  });

  test("of a call with two names has a directory of its own", () => {
    const { cells } = recordOf("renameat", [BigInt(dfd), at("a"), AT_FDCWD, at("/b")]);
    expect([cells.path, cells.path2]).toEqual([`${directory}/a`, "/b"]);
  });

  test("that is only text has no path", () => {
    const { cells } = recordOf("symlinkat", [at("to"), BigInt(dfd), at("link")]);
    expect(cells).toMatchObject({ filename: "to", path2: `${directory}/link`, path: null });
  });
});

describe("the file of a name", () => {
  const inode = (path: string) => statSync(path, { bigint: true }).ino;

  test("and its path without links are those that the call refers to", () => {
    mkdirSync(`${directory}/real`);
    writeFileSync(`${directory}/real/file`, "");
    symlinkSync("real", `${directory}/via`);
    symlinkSync("via/file", `${directory}/to-file`);
    const { cells, record, notes } = recordOf("fchmodat", [BigInt(dfd), at("to-file"), 0o600n]);
    expect([cells.path, BigInt(record.ino)]).toEqual([
      `${directory}/real/file`,
      inode(`${directory}/real/file`),
    ]);
    expect(notes & abi.NOTE_BASE).toBe(0);
    const link = recordOf("fchownat", [BigInt(dfd), at("to-file"), 0n, 0n, 0x100n]);
    expect(link.cells).toMatchObject({ path: `${directory}/to-file`, ftype: "link" });
  });

  test("of a rename is read before the call, and so is the file that it replaces", () => {
    const [from, to] = ["from", "to"].map((name) => `${directory}/real/${name}`);
    for (const path of [from, to]) writeFileSync(path, "");
    const inodes = [from, to].map(inode);
    const { reader, writer } = reading();
    const recorded = callNamed("renameat");
    const stop = stopOf([BigInt(dfd), at("via/from"), BigInt(dfd), at("via/../real/to")]);
    const entryState = reader.captureNames(stop, recorded.call, passer);
    renameSync(from, to);
    writer.begin(abi.EVENT_SYSCALL, 1n);
    reader.writeCall(stop, traceeOf(stop), recorded, entryState);
    const record = writer.finish();
    const { path, path2, filename } = cellsOf(eventOf(record));
    expect([path, path2, filename]).toEqual([from, to, "via/from"]);
    expect([BigInt(record.ino), BigInt(record.ino2)]).toEqual(inodes);
  });

  test("of an empty name is that of the fd, if the call accepts it", () => {
    const of = (result: bigint) =>
      recordOf("newfstatat", [BigInt(dfd), at(""), 0n, 0x1000n], { result });
    expect([of(0n).cells.path, of(0n).cells.ftype]).toEqual([directory, "dir"]);
    expect([of(ENOENT).cells.path, of(ENOENT).cells.ftype]).toEqual([directory, null]);
  });

  test("is not read unless it is requested", () => {
    const { cells } = recordOf("mkdirat", [BigInt(dfd), at("via/file")], { want: 0 });
    expect([cells.path, cells.ino]).toEqual([null, null]);
  });
});

describe("an open", () => {
  test("that succeeded has the path and the inode of its fd", () => {
    const { cells, record, notes } = recordOf("openat", [AT_FDCWD, at("./other/../x"), 0n], {
      result: BigInt(dfd),
    });
    expect([cells.path, BigInt(record.ino)]).toEqual([
      directory,
      statSync(directory, { bigint: true }).ino,
    ]);
    expect(notes & abi.NOTE_BASE).toBe(0);
  });

  test("with O_CREAT created its file if no file of that name existed", () => {
    symlinkSync("nowhere", `${directory}/link`);
    const created = (name: string, flags: bigint, result = BigInt(dfd)) =>
      (recordOf("openat", [BigInt(dfd), at(name), flags], { result }).notes & abi.NOTE_CREATED) !==
      0;
    expect(created("new", O_CREAT)).toBe(true);
    expect(created(`${directory}/new`, O_CREAT)).toBe(true);
    expect(created("new", 0n)).toBe(false);
    expect(created("new", O_CREAT, ENOENT)).toBe(false);
    expect(created(".", O_CREAT)).toBe(false);
    expect(created("link", O_CREAT)).toBe(true);
    expect(created(".", O_CREAT | O_EXCL)).toBe(true);
  });

  test("by creat has the equivalent flags, and its mode", () => {
    const { record } = recordOf("creat", [at("x"), 0o640n], { result: ENOENT });
    expect([record.flags, record.mode]).toEqual([0o1101, 0o640]);
  });

  test("by openat2 has the flags and the mode of its struct", () => {
    const how = allocate(24);
    how.view.setBigUint64(0, 0o101n, true);
    how.view.setBigUint64(8, 0o600n, true);
    const { record } = recordOf("openat2", [AT_FDCWD, at("x"), BigInt(how.address), 24n], {
      result: ENOENT,
    });
    expect([record.flags, record.mode]).toEqual([0o101, 0o600]);
  });

  test("has neither path nor inode unless they are requested", () => {
    const { record, cells } = recordOf("openat", [AT_FDCWD, at("x"), O_CREAT], {
      result: BigInt(dfd),
      want: 0,
    });
    expect([record.ino, cells.path, record.notes]).toEqual([0, null, 0]);
  });
});

describe("an exec", () => {
  const executed = (name: string, args: readonly bigint[]) => {
    const { exec } = reading().reader.captureExec(
      stopOf(args),
      callNamed(name).call,
      process.pid,
      true,
    );
    return exec && [exec.name, exec.dfd];
  };

  test("has the name and the fd that the call has", () => {
    expect(executed("execve", [at("bin/x")])).toEqual(["bin/x", -100]);
    expect(executed("execveat", [AT_FDCWD, at("x")])).toEqual(["x", -100]);
    expect(executed("execveat", [5n, at("/bin/x")])).toEqual(["/bin/x", 5]);
    expect(executed("execveat", [5n, at("")])).toEqual(["", 5]);
  });

  test("of a name that cannot be read has none", () => {
    expect(executed("execve", [NOWHERE])).toBeNull();
  });

  test("is written with its call, as passed", () => {
    const { reader, writer } = reading();
    const args = [5n, at("x"), 0n, 0n, 0x1000n];
    const recorded = callNamed("execveat");
    writer.begin(abi.EVENT_EXEC, 0n);
    const state = reader.captureExec(stopOf(args), recorded.call, process.pid, false);
    reader.writeExec(stopOf(args), recorded, state);
    const cells = cellsOf(eventOf(writer.finish()));
    expect(cells).toMatchObject({ kind: "execveat", filename: "x", dfd: "5", flags: "4096" });
  });
});

describe("a socket's address", () => {
  const path = (address: Uint8Array) => {
    const memory = allocate(address.length);
    memory.bytes.set(address);
    const args = [3n, BigInt(memory.address), BigInt(address.length)];
    return recordOf("connect", args).notes & abi.NOTE_PATH ? "path" : "none";
  };
  const unix = (name: string) => Buffer.from(`\x01\0${name}`, "latin1");

  test("is a path only if it is the name of a file", () => {
    expect(path(unix("/run/x"))).toBe("path");
    expect(path(unix("x"))).toBe("path");
    expect(path(unix("\0abstract"))).toBe("none");
    expect(path(unix(""))).toBe("none");
    expect(path(Buffer.from("\x02\0\0\x50\x7f\0\0\x01", "latin1"))).toBe("none");
  });

  test("of socketcall is read from its arguments in memory", () => {
    const memory = allocate(12);
    for (const [index, value] of [7, 0xfffffff0, 16].entries())
      memory.view.setUint32(index * 4, value, true);
    const unpacked = (call: bigint) => {
      const stop = stopOf([call, BigInt(memory.address)]);
      stop.abi = "x64Compat";
      stop.number = abi.SOCKETCALL;
      reading().reader.args.unpackSocketcall(stop);
      return [stop.number, ...stop.args.subarray(0, 3)];
    };
    expect(unpacked(2n)).toEqual([361, 7n, 0xfffffff0n, 16n]);
    expect(unpacked(3n)).toEqual([362, 7n, 0xfffffff0n, 16n]);
    expect(unpacked(4n)[0]).toBe(abi.SOCKETCALL);
  });
});

test("clone flags do not include the exit signal, and vfork has its fixed flags", () => {
  const args = allocate(8);
  args.view.setBigUint64(0, 0x1_0000_0100n, true);
  const { reader } = reading();
  const flags = (name: string | undefined, ...registers: bigint[]) =>
    reader.args.cloneFlags(traceeOf(stopOf(registers)), name);
  expect(flags("clone", 0x11n | 0x100n)).toBe(0x100n);
  expect(flags("clone3", BigInt(args.address))).toBe(0x1_0000_0100n);
  expect(flags("vfork")).toBe(0x4100n);
  expect([flags("fork", 1n), flags(undefined, 0x100n)]).toEqual([0n, 0n]);
  expect(reader.args.cloneFlags(traceeOf(null), "clone")).toBe(0n);
});
