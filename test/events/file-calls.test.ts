/**
 * Compares the table of system calls with the kernel's: numbers with the headers of this machine and
 * the generic ones, registers with struct pt_regs. A header that is older than a call lacks it.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { EVENT_KINDS, type EventKind } from "../../src/events/event-kinds.ts";
import * as abi from "../../src/events/event-record.ts";
import {
  CALL_NAMES,
  FILE_CALLS,
  type FileCall,
  writeFileCalls,
} from "../../src/events/file-calls.ts";
import { offsetsOf } from "../abi/compiler.ts";

type Table = keyof FileCall["numbers"];

const MACHINE = Bun.spawnSync(["gcc", "-print-multiarch"]).stdout.toString().trim();
const X64 = process.arch === "x64";

/** Returns the number of each `__NR_name` of one header. */
function numbers(path: string): Map<string, number> {
  const define = /^#define __NR(?:3264)?_(\w+)\s+(?:\(__X32_SYSCALL_BIT \+ )?(\d+)\)?$/gm;
  const found = readFileSync(path, "utf8").matchAll(define);
  return new Map(Array.from(found, ([, name, number]) => [name, Number(number)]));
}

const headers: readonly (readonly [Table, string])[] = [
  ...(X64
    ? ([
        ["x64", `/usr/include/${MACHINE}/asm/unistd_64.h`],
        ["x64Compat", `/usr/include/${MACHINE}/asm/unistd_32.h`],
      ] as const)
    : []),
  ["arm64", "/usr/include/asm-generic/unistd.h"],
];
/** Names in headers that differ from ours. */
const OTHER_NAMES: Readonly<Record<string, string>> = { newfstatat: "fstatat" };
/** Calls of the generic table that only 32-bit machines have. */
const NOT_ARM64 = ["utimensat_time64"];

describe.each(headers)("the numbers of %s", (table, header) => {
  const known = numbers(header);
  const inHeader = ({ name }: FileCall) => known.get(name) ?? known.get(OTHER_NAMES[name]);

  test("are those of the header", () => {
    const ours = FILE_CALLS.filter((call) => call.numbers[table] !== null);
    const shared = ours.filter((call) => inHeader(call) !== undefined);
    expect(shared.length).toBeGreaterThan(40);
    for (const call of shared)
      expect([call.name, call.numbers[table]]).toEqual([call.name, inHeader(call)!]);
    const newest = Math.max(...known.values());
    const missing = ours.filter((call) => inHeader(call) === undefined);
    expect(missing.filter((call) => call.numbers[table]! < newest).map(({ name }) => name)).toEqual(
      [],
    );
  });

  test("exist for every call of the header", () => {
    const absent = FILE_CALLS.filter((call) => call.numbers[table] === null);
    const there = absent.filter((call) => inHeader(call) !== undefined).map(({ name }) => name);
    expect(there.filter((name) => table !== "arm64" || !NOT_ARM64.includes(name))).toEqual([]);
  });
});

test.if(X64)(
  "x32 has the numbers of x86-64, but for calls with structs that contain pointers",
  () => {
    const known = numbers(`/usr/include/${MACHINE}/asm/unistd_x32.h`);
    const others = FILE_CALLS.filter(({ numbers: { x64, x32 } }) => x64 !== x32);
    expect(others.map(({ name }) => name)).toEqual(["execve", "execveat", "sendmsg", "sendmmsg"]);
    const shared = FILE_CALLS.filter(({ name }) => known.has(name));
    expect(shared.length).toBeGreaterThan(40);
    for (const { name, numbers } of shared)
      expect([name, numbers.x32]).toEqual([name, known.get(name)!]);
  },
);

describe("the table", () => {
  test("has each call once, and each number once", () => {
    const names = FILE_CALLS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const table of ["x64", "x64Compat", "arm64", "arm64Compat"] as const) {
      const taken = FILE_CALLS.map((call) => call.numbers[table]).filter(
        (number) => number !== null,
      );
      expect(new Set(taken).size).toBe(taken.length);
      for (const number of taken) expect(number).toBeLessThan(abi.SYSCALLS);
    }
  });

  test("has few enough calls for an index of one byte", () => {
    expect(CALL_NAMES.length).toBeLessThanOrEqual(256);
    expect(CALL_NAMES[0]).toBe("");
    expect(CALL_NAMES.at(-1)).toBe("Uring");
  });

  test("gives every argument a known role, each at most once", () => {
    const roles = ["dfd", "fd", "name", "text", "address", "flags", "how", "mode", "length"];
    roles.push("dfd2", "name2", "text2", "destination", "message", "messages", "count");
    for (const call of FILE_CALLS) {
      const used = call.roles.filter((role) => role !== "_" && role !== "");
      expect(new Set(used).size).toBe(used.length);
      expect(used.filter((role) => !roles.includes(role))).toEqual([]);
      expect(call.roles.length).toBeLessThanOrEqual(6);
      expect(call.compatRoles.filter((role) => role !== "_" && role !== "")).toEqual(used);
    }
  });

  test("has the calls of arm, which have numbers of their own", () => {
    // arch/arm64/tools/syscall_32.tbl; headers of other machines lack them.
    const arm = { open: 5, creat: 8, execve: 11, stat64: 195, openat: 322, unlinkat: 328 };
    const more = { renameat: 329, readlinkat: 332, faccessat: 334, bind: 282, connect: 283 };
    const newer = {
      open_by_handle_at: 371,
      renameat2: 382,
      execveat: 387,
      statx: 397,
      openat2: 437,
    };
    for (const [name, number] of Object.entries({ ...arm, ...more, ...newer }))
      expect([name, FILE_CALLS.find((call) => call.name === name)?.numbers.arm64Compat]).toEqual([
        name,
        number,
      ]);
  });
});

describe("the configuration of the eBPF programs", () => {
  const write = (arch: "x64" | "arm64") => {
    const config = new DataView(new ArrayBuffer(abi.CONFIG_SIZE));
    writeFileCalls(config, arch, new Set(EVENT_KINDS));
    return (table: "native" | "compat", number: number, field: keyof typeof abi.SYSCALL_ARGS) =>
      config.getUint8(abi.CONFIG[table] + number * abi.SYSCALL_ARGS_SIZE + abi.SYSCALL_ARGS[field]);
  };

  /** Returns the registers of a call's arguments that have a role, in order. */
  function registers(arch: "x64" | "arm64", table: "native" | "compat", number: number, n: number) {
    const machine: Table = table === "native" ? arch : `${arch}Compat`;
    const call = FILE_CALLS.find(({ numbers }) => numbers[machine] === number)!;
    const at = write(arch);
    return call.roles.slice(0, n).map((role) => {
      const field = { fd: "dfd", address: "name", length: "mode", text2: "name2" }[role] ?? role;
      return at(table, number, field as keyof typeof abi.SYSCALL_ARGS);
    });
  }

  test.if(X64 && existsSync(`/usr/include/${MACHINE}/asm/ptrace.h`))(
    "names the registers in which x86-64 and i386 pass arguments",
    () => {
      const words = (names: readonly string[]) => {
        const offsets = offsetsOf(["asm/ptrace.h"], "struct pt_regs", names);
        return names.map((name) => offsets[name] / 8);
      };
      const native = words(["rdi", "rsi", "rdx", "r10", "r8", "r9"]);
      const compat = words(["rbx", "rcx", "rdx", "rsi", "rdi", "rbp"]);
      const setxattrat = [0, 1, 2, 3]; // dfd name flags text2
      const fields = ["dfd", "name", "flags", "name2"] as const;
      expect(fields.map((field) => write("x64")("native", 463, field))).toEqual(
        setxattrat.map((i) => native[i]),
      );
      expect(registers("x64", "native", 316, 5)).toEqual(native.slice(0, 5)); // renameat2
      expect(registers("x64", "compat", 353, 5)).toEqual(compat.slice(0, 5));
    },
  );

  test("has socketcall on i386 only, and only for connect or bind", () => {
    const { call, dfd, name } = abi.SYSCALL_ARGS;
    const entry = (arch: "x64" | "arm64", kinds: readonly EventKind[]) => {
      const config = new DataView(new ArrayBuffer(abi.CONFIG_SIZE));
      writeFileCalls(config, arch, new Set(kinds));
      const at = abi.CONFIG.compat + abi.SOCKETCALL * abi.SYSCALL_ARGS_SIZE;
      return [call, dfd, name].map((field) => config.getUint8(at + field));
    };
    for (const kind of ["connect", "bind"] as const)
      expect(entry("x64", [kind])).toEqual([CALL_NAMES.indexOf("connect"), 5, 11]); // bx, cx
    expect(entry("x64", ["open"])).toEqual([0, 0, 0]);
    expect(entry("arm64", EVENT_KINDS)).toEqual([0, 0, 0]);
  });

  test("has the registers of arm64's arguments, the first as before the result", () => {
    // struct user_pt_regs has 31 registers, sp, pc and pstate; orig_x0 follows: asm/ptrace.h.
    expect(registers("arm64", "native", 276, 5)).toEqual([34, 1, 2, 3, 4]);
    expect(registers("arm64", "compat", 382, 5)).toEqual([34, 1, 2, 3, 4]);
  });

  test("knows that 32-bit callers pass 64-bit arguments in two registers", () => {
    const at = (arch: "x64" | "arm64", table: "native" | "compat", number: number) =>
      (["flags", "dfd", "name"] as const).map((field) => write(arch)(table, number, field));
    expect(at("x64", "native", 301)).toEqual([13, 7, 9]); // fanotify_mark: si, r10, r8
    expect(at("x64", "compat", 339)).toEqual([11, 14, 4]); // cx, di, bp
    expect(at("arm64", "native", 263)).toEqual([1, 3, 4]);
    expect(at("arm64", "compat", 368)).toEqual([1, 4, 5]);
  });

  test("has the calls of the requested kinds and no others", () => {
    for (const kind of EVENT_KINDS) {
      const config = new DataView(new ArrayBuffer(abi.CONFIG_SIZE));
      writeFileCalls(config, "x64", new Set([kind]));
      const written = new Set<string>();
      for (let number = 0; number < abi.SYSCALLS; number++) {
        const call = config.getUint8(abi.CONFIG.native + number * abi.SYSCALL_ARGS_SIZE);
        if (call) written.add(CALL_NAMES[call]);
      }
      const wanted = FILE_CALLS.filter((call) => call.kind === kind && call.numbers.x64 !== null);
      expect([...written].sort()).toEqual(wanted.map(({ name }) => name).sort());
    }
  });

  test("writes only the two tables and their two summaries", () => {
    const bytes = new Uint8Array(abi.CONFIG_SIZE);
    writeFileCalls(new DataView(bytes.buffer), "x64", new Set(EVENT_KINDS));
    const { args_or, args_and, native } = abi.CONFIG;
    const others = [...bytes.subarray(0, args_or), ...bytes.subarray(args_and + 8, native)];
    expect(others.every((byte) => byte === 0)).toBe(true);
  });

  test.each([[["open"]], [["rename", "xattr"]], [EVENT_KINDS], [["exit"]]])(
    "summarizes the bits of any and of all calls of %p",
    (kinds) => {
      const config = new DataView(new ArrayBuffer(abi.CONFIG_SIZE));
      writeFileCalls(config, "x64", new Set(kinds as EventKind[]));
      const word = (at: number) => config.getBigUint64(at, true);
      const words = Array.from({ length: 2 * abi.SYSCALLS }, (_, i) =>
        word(abi.CONFIG.native + i * abi.SYSCALL_ARGS_SIZE),
      ).filter((args) => args !== 0n);
      const [some, every] = [word(abi.CONFIG.args_or), word(abi.CONFIG.args_and)];
      expect(words.reduce((sum, args) => sum | args, 0n)).toBe(some);
      expect(words.reduce((sum, args) => sum & args, some)).toBe(every);
      expect(words.every((args) => ((args & some) | every) === args)).toBe(true);
    },
  );
});
