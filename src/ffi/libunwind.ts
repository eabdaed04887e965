/**
 * libunwind, which reads the call stacks of stopped threads: libunwind(3), libunwind-ptrace(3). It is
 * loaded when the first stack is asked for, from the directories of the system only.
 */

import { dlopen, FFIType } from "bun:ffi";
import { existsSync } from "node:fs";
import { ARCH } from "./machine.ts";
import { allocate, cString, type Memory, readCString } from "./memory.ts";

/** They are in libc since glibc 2.34: dlopen(3). */
const LINKER_LIBRARIES = ["libc.so.6", "libdl.so.2"];
const RTLD_NOW = 2;
/** libunwind-ptrace uses symbols of libunwind without saying so. */
const RTLD_GLOBAL = 0x100;
const PREFIX = ARCH === "arm64" ? "_Uaarch64" : "_Ux86_64";
const TRIPLET = ARCH === "arm64" ? "aarch64" : "x86_64";
const DIRECTORIES = [`/usr/lib/${TRIPLET}-linux-gnu`, "/usr/lib64", "/usr/lib"];
/** UNW_REG_IP: libunwind-x86_64.h, libunwind-aarch64.h. */
const INSTRUCTION_POINTER = ARCH === "arm64" ? 30 : 16;
/** More than unw_cursor_t of any architecture. */
const CURSOR_SIZE = 8192;
const MAX_NAME = 512;
const MAX_FRAMES = 256;
const BIG_ENDIAN_BY_DEFAULT = 0;

const pointer = FFIType.u64;
const functions = {
  [`${PREFIX}_create_addr_space`]: { args: [pointer, "i32"], returns: pointer },
  [`${PREFIX}_init_remote`]: { args: [pointer, pointer, pointer], returns: "i32" },
  [`${PREFIX}_step`]: { args: [pointer], returns: "i32" },
  [`${PREFIX}_get_reg`]: { args: [pointer, "i32", pointer], returns: "i32" },
  [`${PREFIX}_get_proc_name`]: { args: [pointer, pointer, "u64", pointer], returns: "i32" },
} as const;
const ptraceFunctions = {
  _UPT_create: { args: ["i32"], returns: pointer },
  _UPT_destroy: { args: [pointer], returns: "void" },
} as const;

const linkerFunctions = {
  dlopen: { args: [pointer, "i32"], returns: pointer },
  dlsym: { args: [pointer, pointer], returns: pointer },
} as const;

export interface StackFrame {
  readonly address: bigint;
  /** The function, and the offset in it; "" if it has no name. */
  readonly name: string;
  readonly offset: bigint;
}

type Call = (...args: (number | bigint)[]) => number | bigint;

/** Returns the functions of the dynamic linker. */
function loadLinker() {
  let error: unknown;
  for (const library of LINKER_LIBRARIES)
    try {
      return dlopen(library, linkerFunctions).symbols;
    } catch (cause) {
      error = cause;
    }
  throw error;
}

/** Returns the path of a library, null if it is not installed. */
function findLibrary(name: string): string | null {
  return DIRECTORIES.map((each) => `${each}/${name}`).find((path) => existsSync(path)) ?? null;
}

/** Reads stacks. `open()` returns null where libunwind is not installed. */
export class StackUnwinder {
  private readonly calls: Readonly<Record<string, Call>>;
  private readonly space: number | bigint;
  private readonly cursor: Memory = allocate(CURSOR_SIZE);
  private readonly word = allocate(8);
  private readonly name = allocate(MAX_NAME);

  /** @param accessors the address of _UPT_accessors */
  private constructor(library: string, ptraceLibrary: string, accessors: number | bigint) {
    const loaded = [dlopen(library, functions), dlopen(ptraceLibrary, ptraceFunctions)];
    this.calls = Object.assign({}, ...loaded.map(({ symbols }) => symbols));
    this.space = this.call("create_addr_space", accessors, BIG_ENDIAN_BY_DEFAULT);
  }

  static open(): StackUnwinder | null {
    const [library, ptraceLibrary] = [
      findLibrary(`libunwind-${TRIPLET}.so.8`),
      findLibrary("libunwind-ptrace.so.0"),
    ];
    if (!library || !ptraceLibrary) return null;
    // A symbol that is missing would end us later.
    const linker = loadLinker();
    const handles = [library, ptraceLibrary].map((path) =>
      linker.dlopen(cString(path).address, RTLD_NOW | RTLD_GLOBAL),
    );
    if (handles.some((handle) => !handle)) return null;
    const accessors = linker.dlsym(handles[1], cString("_UPT_accessors").address);
    return new StackUnwinder(library, ptraceLibrary, accessors);
  }

  private call(name: string, ...args: (number | bigint)[]): number | bigint {
    return this.calls[`${PREFIX}_${name}`](...args);
  }

  /** Returns the frames of a stopped tracee of this thread, the innermost first. */
  frames(tid: number): StackFrame[] {
    const info = this.calls._UPT_create(tid);
    const frames: StackFrame[] = [];
    try {
      if (Number(this.call("init_remote", this.cursor.address, this.space, info)) < 0) return [];
      do frames.push(this.frame());
      while (frames.length < MAX_FRAMES && Number(this.call("step", this.cursor.address)) > 0);
    } finally {
      this.calls._UPT_destroy(info);
    }
    return frames;
  }

  private frame(): StackFrame {
    const { cursor, word, name } = this;
    this.call("get_reg", cursor.address, INSTRUCTION_POINTER, word.address);
    const address = word.view.getBigUint64(0, true);
    const failed = this.call("get_proc_name", cursor.address, name.address, MAX_NAME, word.address);
    if (Number(failed) !== 0) return { address, name: "", offset: 0n };
    return {
      address,
      name: readCString(name.address, MAX_NAME),
      offset: word.view.getBigUint64(0, true),
    };
  }
}
