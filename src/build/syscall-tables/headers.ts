/** Locates kernel headers and runs the compiler on them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The machines whose headers are read; the last two are for 32-bit programs. */
export type Machine = "x64" | "arm64" | "x64Compat" | "arm64Compat";

/** A tree of uapi headers, and optionally of the kernel's internal headers. */
export interface Headers {
  /** Directory of <linux/…>; each multiarch subdirectory has <asm/…>. */
  readonly uapi: string;
  /** Directory of the kernel's include/, or null. */
  readonly kernel: string | null;
  /** "7.3.4" */
  readonly version: string;
}

const TARGETS: Readonly<Record<Machine, readonly [target: string, directory: string]>> = {
  x64: ["x86_64-linux-gnu", "x86_64-linux-gnu"],
  arm64: ["aarch64-linux-gnu", "aarch64-linux-gnu"],
  // Both 32-bit machines of x86 share the directory with x86-64: asm/unistd.h chooses.
  x64Compat: ["i386-linux-gnu", "x86_64-linux-gnu"],
  arm64Compat: ["arm-linux-gnueabihf", "arm-linux-gnueabihf"],
};

function readVersion(uapi: string): string {
  const text = readFileSync(join(uapi, "linux/version.h"), "utf8");
  const part = (name: string) => new RegExp(`${name} (\\d+)`).exec(text)?.[1];
  return ["MAJOR", "PATCHLEVEL", "SUBLEVEL"].map((name) => part(`LINUX_VERSION_${name}`)).join(".");
}

/** Returns the headers that headers.sh unpacked into a directory. */
export function unpackedHeaders(directory: string): Headers {
  const uapi = join(directory, "uapi");
  return { uapi, kernel: join(directory, "kernel"), version: readVersion(uapi) };
}

/** Returns the directory of the machine's <asm/…>. */
export function asmDirectory(headers: Headers, machine: Machine): string {
  return join(headers.uapi, TARGETS[machine][1]);
}

/**
 * Returns the clang options to compile for a machine with these headers and without a C library.
 */
export function compilerFlags(headers: Headers, machine: Machine): string[] {
  const include = [asmDirectory(headers, machine), headers.uapi];
  return [`--target=${TARGETS[machine][0]}`, "-nostdinc", ...include.map((path) => `-I${path}`)];
}

/** Replacements for the C library headers that a few kernel headers include. */
const C_LIBRARY: Readonly<Record<string, string>> = {
  "sys/socket.h":
    "typedef unsigned short sa_family_t; struct sockaddr { sa_family_t sa_family; char sa_data[14]; };",
  "sys/types.h": "typedef unsigned int uid_t, gid_t; typedef int pid_t;",
  "sys/time.h": "#include <linux/time.h>",
  "stdint.h":
    "typedef unsigned char uint8_t; typedef unsigned short uint16_t; typedef unsigned int uint32_t; typedef unsigned long long uint64_t; typedef signed char int8_t; typedef short int16_t; typedef int int32_t; typedef long long int64_t; typedef unsigned long uintptr_t;",
  "stddef.h": "typedef __SIZE_TYPE__ size_t;",
  "stdlib.h": "typedef long time_t;",
  ...{ "sys/ioctl.h": "", "string.h": "", "unistd.h": "", "time.h": "" },
  ...{ "endian.h": "", "netinet/if_ether.h": "" },
};

function writeLibrary(directory: string): void {
  for (const inner of ["sys", "netinet"]) mkdirSync(join(directory, inner));
  for (const [name, text] of Object.entries(C_LIBRARY))
    writeFileSync(join(directory, name), `#pragma once\n${text}\n`);
}

/** Compiles a source with clang. Returns the output, null if it failed, and the error messages. */
export function compile(source: string, flags: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), "trace-tables-"));
  try {
    const input = join(directory, "source.c");
    const output = join(directory, "output");
    writeLibrary(directory);
    writeFileSync(input, source);
    // Before all others, since /usr/include also has the C library's headers.
    const options = ["-w", "-ferror-limit=0", `-I${directory}`, ...flags];
    const command = ["clang", ...options, input, "-o", output];
    const run = Bun.spawnSync(command, { stderr: "pipe" });
    const bytes = run.success ? readFileSync(output) : null;
    return { bytes, errors: run.stderr.toString() };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
