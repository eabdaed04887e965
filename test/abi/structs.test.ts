/** Layouts of structs of src/native, the C library, libbpf and the kernel, field by field. */
import { expect, test } from "bun:test";
import { EPOLL_DATA, EPOLL_EVENT_SIZE } from "../../src/ffi/fd.ts";
import * as bpf from "../../src/kernel/bpf.ts";
import { PERF_ATTR_SIZE_VER0, writeTracepointAttr } from "../../src/kernel/perf-event.ts";
import {
  parseSignalRecords,
  SIGINFO,
  SIGINFO_SIZE,
  SIGNAL_RECORD_SIZE,
} from "../../src/kernel/signal.ts";
import { CMSGHDR, CMSGHDR_SIZE, MSGHDR, MSGHDR_SIZE } from "../../src/kernel/socket.ts";
import { TERMIOS, TERMIOS_SIZE, WINSIZE, WINSIZE_SIZE } from "../../src/kernel/termios.ts";
import { SPAWN_REQUEST, SPAWN_REQUEST_SIZE, STAGES } from "../../src/process/child.ts";
import { PASSWD, PASSWD_SIZE } from "../../src/process/user.ts";
import { offsetsOf, runC, valuesOf } from "./compiler.ts";

function sizeOf(headers: readonly string[], type: string): number {
  return valuesOf(headers, [`sizeof(${type})`])[`sizeof(${type})`];
}

/** Returns the bytes of a struct that the compiler initialized. */
function bytesOf(headers: readonly string[], type: string, initializer: string): DataView {
  const [hex] = runC(`
    ${["stdio.h", ...headers].map((header) => `#include <${header}>`).join("\n")}
    int main(void) {
      ${type} value = ${initializer};
      for (unsigned i = 0; i < sizeof(value); i++) printf("%02x", ((unsigned char *)&value)[i]);
    }`);
  const bytes = new Uint8Array(Buffer.from(hex, "hex"));
  return new DataView(bytes.buffer);
}

test("a spawn request has the layout of src/native/spawn.c", () => {
  const type = "struct trace_spawn_request";
  expect(offsetsOf(["spawn.c"], type, Object.keys(SPAWN_REQUEST))).toEqual({ ...SPAWN_REQUEST });
  expect(sizeOf(["spawn.c"], type)).toBe(SPAWN_REQUEST_SIZE);
});

test("messages of sendmsg have the layouts of the C library", () => {
  const headers = ["sys/socket.h"];
  expect(offsetsOf(headers, "struct msghdr", Object.keys(MSGHDR))).toEqual({ ...MSGHDR });
  expect(offsetsOf(headers, "struct cmsghdr", Object.keys(CMSGHDR))).toEqual({ ...CMSGHDR });
  expect(sizeOf(headers, "struct msghdr")).toBe(MSGHDR_SIZE);
  expect(sizeOf(headers, "struct cmsghdr")).toBe(CMSGHDR_SIZE);
});

test("each spawn stage has the name of its system call", () => {
  const stages = {
    clone3: "CLONE",
    prctl: "TRACING",
    setrlimit: "LIMITS",
    fcntl: "FDS",
    setgroups: "GROUPS",
  };
  const names = { ...stages, setresgid: "GID", setresuid: "UID", execve: "EXEC" };
  const values = valuesOf(
    ["spawn.c"],
    Object.values(names).map((name) => `STAGE_${name}`),
  );
  expect(Object.values(values)).toEqual(Object.keys(names).map((name) => STAGES.indexOf(name)));
  expect(STAGES.length).toBe(Object.keys(names).length);
});

test("a signal record is parsed as src/native/signals.c writes it", () => {
  const initializer = "{ .number = 15, .code = -6, .pid = 4194304, .uid = 1000 }";
  const bytes = bytesOf(["signals.c"], "struct trace_signal", initializer);
  expect(bytes.byteLength).toBe(SIGNAL_RECORD_SIZE);
  expect(parseSignalRecords(bytes, bytes.byteLength)).toEqual([
    { number: 15, code: -6, pid: 4194304 },
  ]);
});

test("struct termios and struct winsize have the kernel's layouts", () => {
  for (const [headers, type, fields, size] of [
    [["asm/termbits.h"], "struct termios", TERMIOS, TERMIOS_SIZE],
    [["sys/ioctl.h"], "struct winsize", WINSIZE, WINSIZE_SIZE],
  ] as const) {
    expect(offsetsOf(headers, type, Object.keys(fields))).toEqual({ ...fields });
    expect(sizeOf(headers, type)).toBe(size);
  }
});

test("siginfo_t has the layout of signal.h", () => {
  expect(offsetsOf(["signal.h"], "siginfo_t", Object.keys(SIGINFO))).toEqual({ ...SIGINFO });
  expect(sizeOf(["signal.h"], "siginfo_t")).toBe(SIGINFO_SIZE);
});

test("struct passwd has the layout of pwd.h", () => {
  expect(offsetsOf(["pwd.h"], "struct passwd", Object.keys(PASSWD))).toEqual({ ...PASSWD });
  expect(sizeOf(["pwd.h"], "struct passwd")).toBe(PASSWD_SIZE);
});

test("an epoll event has this architecture's layout", () => {
  const type = "struct epoll_event";
  expect(offsetsOf(["sys/epoll.h"], type, ["data"])).toEqual({ data: EPOLL_DATA });
  expect(sizeOf(["sys/epoll.h"], type)).toBe(EPOLL_EVENT_SIZE);
});

test("a tracepoint's attributes have the layout of struct perf_event_attr", () => {
  const expected = bytesOf(
    ["linux/perf_event.h"],
    "struct perf_event_attr",
    `{ .type = PERF_TYPE_TRACEPOINT, .size = PERF_ATTR_SIZE_VER0, .config = 0x123456789abc,
       .sample_period = 1 }`,
  );
  const attr = new DataView(new ArrayBuffer(PERF_ATTR_SIZE_VER0));
  writeTracepointAttr(attr, 0x123456789abc);
  expect(Buffer.from(attr.buffer)).toEqual(
    Buffer.from(expected.buffer, 0, PERF_ATTR_SIZE_VER0) as Buffer<ArrayBuffer>,
  );
});

test("a program's recursion misses have the kernel's offset, within the requested size", () => {
  const type = "struct bpf_prog_info";
  expect(offsetsOf(["linux/bpf.h"], type, ["recursion_misses"])).toEqual({
    recursion_misses: bpf.BPF_PROG_INFO_RECURSION_MISSES,
  });
  expect(bpf.BPF_PROG_INFO_SIZE).toBeGreaterThanOrEqual(bpf.BPF_PROG_INFO_RECURSION_MISSES + 8);
  expect(bpf.BPF_PROG_INFO_SIZE).toBeLessThanOrEqual(sizeOf(["linux/bpf.h"], type));
});

test("the options of a test run have libbpf's layout", () => {
  const type = "struct bpf_test_run_opts";
  expect(offsetsOf(["bpf/bpf.h"], type, ["sz", "ctx_in", "ctx_size_in"])).toEqual({
    sz: 0,
    ctx_in: bpf.TEST_RUN_OPTS_CTX_IN,
    ctx_size_in: bpf.TEST_RUN_OPTS_CTX_SIZE_IN,
  });
  expect(bpf.TEST_RUN_OPTS_SIZE).toBeLessThanOrEqual(sizeOf(["bpf/bpf.h"], type));
});
