/** Records of requests whose arguments are in our own memory. */
import { describe, expect, test } from "bun:test";
import type { EventKind } from "../../../../src/events/event-kinds.ts";
import * as abi from "../../../../src/events/event-record.ts";
import { CALL_NAMES, IO_URING_CALL_NAME } from "../../../../src/events/file-calls.ts";
import { ARCH, SYS } from "../../../../src/ffi/machine.ts";
import { cString } from "../../../../src/ffi/memory.ts";
import * as uring from "../../../../src/kernel/io-uring.ts";
import { FileCallReader } from "../../../../src/sources/ptrace/file-call-reader.ts";
import { RecordWriter } from "../../../../src/sources/ptrace/record-writer.ts";
import { SyscallStop } from "../../../../src/sources/ptrace/syscall-stop.ts";
import { UringRecorder } from "../../../../src/sources/ptrace/uring/recorder.ts";
import { uringCalls } from "../../../../src/sources/ptrace/uring/requests.ts";
import { syscallNumber } from "../../../../src/syscalls/table.ts";

const { EVENT } = abi;
const { IORING_OP, SQE } = uring;
const user = { tid: process.pid, tgid: process.pid, fd: null };

function sqe(opcode: number, fields: Partial<Record<keyof typeof SQE, number>>): DataView {
  const view = new DataView(new ArrayBuffer(uring.SQE_SIZE));
  const wide = ["addr", "addr2", "addr3"];
  for (const [name, value] of Object.entries(fields)) {
    const at = SQE[name as "fd"];
    if (name === "flags") view.setUint8(at, value);
    else if (wide.includes(name)) view.setBigUint64(at, BigInt(value), true);
    else view.setUint32(at, value, true);
  }
  view.setUint8(SQE.opcode, opcode);
  return view;
}

describe("the arguments of a request", () => {
  const all: EventKind[] = [
    "open",
    "rename",
    "unlink",
    "mkdir",
    "link",
    "symlink",
    "stat",
    "xattr",
  ];
  const calls = uringCalls(new Set<EventKind>([...all, "truncate", "connect", "bind"]));
  const fields = { fd: 1, addr2: 2, addr: 3, len: 4, op_flags: 5, addr3: 6 };

  test.each([
    ["IORING_OP_OPENAT", [1, 3, 5, 4]],
    ["IORING_OP_OPENAT2", [1, 3, 2]],
    ["IORING_OP_RENAMEAT", [1, 3, 4, 2, 5]],
    ["IORING_OP_UNLINKAT", [1, 3, 5]],
    ["IORING_OP_SYMLINKAT", [3, 1, 2]],
    ["IORING_OP_SETXATTR", [6, 3, 5]],
    ["IORING_OP_FTRUNCATE", [1]],
    ["IORING_OP_CONNECT", [1, 3, 2]],
  ] as const)("of %s are where the kernel reads them", (name, expected) => {
    const call = calls.get(IORING_OP[name])!;
    const args = new BigUint64Array(6);
    call.readArguments(sqe(IORING_OP[name], fields), args);
    expect([...args].slice(0, expected.length).map(Number)).toEqual([...expected]);
    expect(CALL_NAMES[call.index]).toBe(IO_URING_CALL_NAME);
  });

  test("of an address are followed by its length", () => {
    expect(calls.get(IORING_OP.IORING_OP_CONNECT)!.call.roles).toEqual(["fd", "address", "length"]);
    expect(calls.get(IORING_OP.IORING_OP_MKDIRAT)!.call.roles).toEqual(["dfd", "name", "mode"]);
  });

  test("are those of the wanted kinds; an unlink may remove a directory", () => {
    const opcodes = (...kinds: EventKind[]) => [...uringCalls(new Set(kinds)).keys()];
    expect(opcodes("rmdir")).toEqual([IORING_OP.IORING_OP_UNLINKAT]);
    expect(opcodes("mkdir")).toEqual([IORING_OP.IORING_OP_MKDIRAT]);
    expect(opcodes("exec")).toEqual([]);
  });
});

/** A recorder of these kinds, and the records that it makes. */
function recorder(...kinds: EventKind[]) {
  const writer = new RecordWriter();
  const records: Record<string, unknown>[] = [];
  const reader = new FileCallReader(writer, 0);
  const recorder = new UringRecorder(new Set(kinds), {
    ...{ writer, reader },
    begin: (type, { tid }) => {
      writer.begin(type, 1n);
      writer.u32(EVENT.tid, tid);
    },
    emit() {
      const { view, bytes, nameLength } = writer.finish();
      const name = bytes.subarray(abi.EVENT_SIZE, abi.EVENT_SIZE + nameLength);
      records.push({
        type: view.getUint8(EVENT.type),
        tid: view.getUint32(EVENT.tid, true),
        opcode: view.getUint16(EVENT.nr, true),
        abi: view.getUint8(EVENT.abi),
        result: Number(view.getBigInt64(EVENT.ret, true)),
        notes: view.getUint32(EVENT.notes, true),
        name: Buffer.from(name).toString(),
      });
    },
    watchExit() {},
  });
  return { recorder, records, reader };
}

describe("a record", () => {
  const name = cString("/tmp/some-name");
  const fields = { fd: 0xffffff9c, addr: name.address };
  const capture = (made: ReturnType<typeof recorder>, more = {}) =>
    made.recorder.capture(sqe(IORING_OP.IORING_OP_OPENAT, { ...fields, ...more }), user)!;
  const expected = {
    ...{ type: abi.EVENT_URING_SUBMIT, tid: process.pid, opcode: IORING_OP.IORING_OP_OPENAT },
    ...{ abi: abi.ABI_IO_URING, name: "/tmp/some-name" },
  };

  test("has the request, its name and its result", () => {
    const made = recorder("open");
    const request = capture(made);
    expect(request.stop.abi).toBe(ARCH);
    made.recorder.completed(request, -2, false);
    made.recorder.completed(request, 5, true);
    expect(made.records).toEqual([
      { ...expected, result: -2, notes: 0 },
      { ...expected, result: 5, notes: 0 },
    ]);
    expect([request.stop.result, request.stop.failed]).toEqual([5n, false]);
  });

  test("is not made of other operations", () => {
    const made = recorder("mkdir");
    expect(made.recorder.capture(sqe(IORING_OP.IORING_OP_OPENAT, fields), user)).toBeNull();
    expect(made.recorder.capture(sqe(0, fields), user)).toBeNull();
  });

  test("says that the result is a direct descriptor", () => {
    const made = recorder("open");
    for (const more of [{ file_index: 1 }, { flags: uring.IOSQE_FIXED_FILE }])
      made.recorder.completed(capture(made, more), 0, false);
    expect(made.records.map(({ notes }) => notes)).toEqual([abi.NOTE_DIRECT, abi.NOTE_DIRECT]);
  });

  test("says that a success has no completion, and so no result", () => {
    const made = recorder("open");
    made.recorder.skipped(capture(made, { flags: uring.IOSQE_CQE_SKIP_SUCCESS }));
    const notes = abi.NOTE_CQE_SKIP | abi.NOTE_RETURN_UNKNOWN;
    expect(made.records).toEqual([{ ...expected, result: 0, notes }]);
  });
});

test("a request that succeeds for a registered file without a known path is counted", () => {
  const { recorder: made } = recorder("truncate", "connect");
  const { IOSQE_FIXED_FILE: flags } = uring;
  const pathless = (opcode: number, fields: Parameters<typeof sqe>[1], result: number) => {
    const request = made.capture(sqe(opcode, fields), user);
    if (request) made.completed(request, result, false);
    return made.losses().at(-1)!.count;
  };
  expect(pathless(IORING_OP.IORING_OP_FTRUNCATE, { fd: 1, flags }, -22)).toBe(0);
  expect(pathless(IORING_OP.IORING_OP_FTRUNCATE, { fd: 1 }, 0)).toBe(0);
  expect(pathless(IORING_OP.IORING_OP_CONNECT, { fd: 1, flags }, 0)).toBe(0);
  expect(pathless(IORING_OP.IORING_OP_FTRUNCATE, { fd: 1, flags }, 0)).toBe(1);
});

test("calls of rings are stopped at only if requests are of interest", () => {
  expect(recorder("exec").recorder.callNames).toEqual([]);
  const { callNames } = recorder("mkdir").recorder;
  expect(callNames).toEqual(["io_uring_setup", "io_uring_enter", "io_uring_register"]);
  const losses = (kind: EventKind) => {
    const made = recorder(kind).recorder;
    const enter = new SyscallStop();
    enter.number = SYS.io_uring_enter;
    enter.args[0] = 999_999n;
    enter.result = 1n;
    made.callEntered(enter, user);
    made.callExited(enter, user);
    return made.losses().map(({ count }) => count);
  };
  expect([losses("exec"), losses("mkdir")]).toEqual([
    [0, 0, 0, 0],
    [0, 1, 0, 0],
  ]);
});

/** Names the methods of the tracker that a call leads to. */
function routed(kind: EventKind, isPending: boolean, call: Partial<SyscallStop>) {
  const { recorder: made } = recorder(kind);
  const called: string[] = [];
  for (const name of ["poll", "leaving", "left", "stayed", "callEntered", "callExited"] as const)
    Object.defineProperty(made.tracker, name, {
      value: (...args: unknown[]) => void called.push([name, ...args.slice(1)].join(" ")),
    });
  Object.defineProperty(made.tracker, "isPending", { value: isPending });
  const stop = new SyscallStop();
  Object.assign(stop, call);
  const entered = () => {
    made.callEntered(stop, user);
    return called.splice(0);
  };
  const exited = () => {
    made.callExited(stop, user);
    return called.splice(0);
  };
  const withoutThread = (calls: string[]) => calls.map((each) => each.split(" ")[0]);
  return { entered: withoutThread(entered()), exited: exited() };
}

describe("while requests are under way", () => {
  const EXECVE = syscallNumber(ARCH, "execve")!;
  const OPENAT = syscallNumber(ARCH, "openat")!;

  test("every call is looked at for completions, before it and after it", () => {
    expect(routed("open", true, { abi: ARCH, number: OPENAT })).toEqual({
      ...{ entered: ["poll"], exited: ["poll"] },
    });
    expect(routed("open", false, { abi: ARCH, number: OPENAT })).toEqual({
      ...{ entered: [], exited: [] },
    });
  });

  test("an exec is left with them, and stayed with if it fails", () => {
    const exec = { abi: ARCH, number: EXECVE };
    expect(routed("open", true, exec)).toEqual({
      ...{ entered: ["poll", "leaving"], exited: ["left true"] },
    });
    expect(routed("open", true, { ...exec, failed: true }).exited).toEqual(["stayed"]);
    expect(routed("open", false, exec)).toEqual({ entered: [], exited: [] });
  });

  test("a call of rings is one of them", () => {
    const enter = { abi: ARCH, number: SYS.io_uring_enter };
    const names = ({ entered, exited }: ReturnType<typeof routed>) => [
      entered,
      exited.map((each) => each.split(" ")[0]),
    ];
    expect(names(routed("open", true, enter))).toEqual([["poll", "callEntered"], ["callExited"]]);
    expect(names(routed("open", false, enter))).toEqual([["callEntered"], ["callExited"]]);
    expect(names(routed("exec", false, enter))).toEqual([[], []]);
  });
});

test("the fd of an open that the program may have used is not looked at", () => {
  const { recorder: made, reader } = recorder("open", "mkdir");
  const seen: boolean[] = [];
  reader.writeCall = (_stop, _thread, _call, state) => void seen.push(state!.isOtherFd);
  const capture = (opcode: number, more = {}) =>
    made.capture(sqe(opcode, { fd: 0xffffff9c, addr: cString("/x").address, ...more }), user)!;
  const open = capture(IORING_OP.IORING_OP_OPENAT);
  made.completed(open, 0, true);
  made.completed(open, 5, false);
  made.completed(open, -2, true);
  made.completed(capture(IORING_OP.IORING_OP_MKDIRAT), 0, true);
  made.completed(capture(IORING_OP.IORING_OP_OPENAT, { file_index: 1 }), 5, false);
  made.skipped(open);
  expect(seen).toEqual([true, false, false, false, true, true]);
});
