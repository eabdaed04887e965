/**
 * Build step: makes one file of an executable that needs glibc: it gets a launcher (src/launcher) and
 * glibc's dynamic linker, libc and libm, and runs in any user land. Fails if Bun's file is no longer
 * as this program assumes. Usage:
 *
 *   bun src/build/one-file/main.ts EXECUTABLE OUTPUT
 *
 * CC and OBJCOPY are the tools for the executable's machine; the libraries are those of CC, of glibc
 * 2.34 or later, where libpthread and libdl are part of libc.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../run.ts";
import { DT_NEEDED, DT_STRTAB, DT_VERNEED, DT_VERNEEDNUM, Elf } from "./elf.ts";
import { CODE_SIZE, DATA_SIZE, filePrograms, type Layout, layOut, layoutHeader } from "./layout.ts";
import { readLibraries } from "./libraries.ts";

/** Ignored by the dynamic linker, as is every tag that it does not know. */
const DT_IGNORED = 0x60000001;
const LAUNCHER = join(import.meta.dirname, "../../launcher");
const FLAGS = [
  "-std=gnu11 -Os -Wall -Wextra -ffreestanding -nostdlib -static -fno-pic -no-pie",
  "-fno-stack-protector -fno-asynchronous-unwind-tables -fno-builtin",
  "-Wl,--build-id=none -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments",
].flatMap((line) => line.split(" "));
/** Keeps gcc from making calls of memset() from loops; clang does not know it, and needs no more. */
const GCC_FLAGS = ["-fno-tree-loop-distribute-patterns"];
/** Of the machine: code that can be linked to any address, and no marks for shadow stacks. */
const MACHINE_FLAGS: Readonly<Record<number, readonly string[]>> = {
  62: ["-mcmodel=large", "-mno-red-zone", "-fcf-protection=none"],
  183: ["-mcmodel=large", "-mbranch-protection=none"],
};

const { CC = "cc", OBJCOPY = "objcopy" } = process.env;
/** CC can have arguments, as in a Makefile. */
const [COMPILER, ...COMPILER_FLAGS] = CC.split(" ");

function compile(flags: readonly string[]): string {
  return run([COMPILER, ...COMPILER_FLAGS, ...flags]);
}

/** Compiles the launcher for its place in the file. */
function buildLauncher(elf: Elf, loader: Elf, layout: Layout): { code: Uint8Array; entry: number } {
  const directory = mkdtempSync(join(tmpdir(), "trace-launcher-"));
  try {
    const linked = join(directory, "launcher");
    writeFileSync(join(directory, "layout.h"), layoutHeader(elf, loader, layout));
    compile([
      ...FLAGS,
      ...(compile(["--version"]).includes("clang") ? [] : GCC_FLAGS),
      ...MACHINE_FLAGS[elf.uint16(18)],
      `-I${directory}`,
      `-Wl,--defsym=CODE_ADDRESS=${layout.code.address}`,
      `-Wl,-T,${join(LAUNCHER, "launcher.ld")}`,
      join(LAUNCHER, "launcher.c"),
      "-o",
      linked,
    ]);
    run([OBJCOPY, "-O", "binary", linked, `${linked}.bin`]);
    const code = new Uint8Array(readFileSync(`${linked}.bin`));
    if (code.length > CODE_SIZE) throw new Error(`the launcher has ${code.length} bytes`);
    return { code, entry: new Elf(new Uint8Array(readFileSync(linked)), linked).entry };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Makes Bun look for libc and libm where the launcher puts them. */
function redirectLibraries(elf: Elf, { names }: Layout): void {
  const strings = elf.dynamicValue(DT_STRTAB);
  const libc = names.libc - strings;
  const libm = names.libm - strings;
  const files: Readonly<Record<string, number>> = {
    "libc.so.6": libc,
    "libpthread.so.0": libc,
    "libdl.so.2": libc,
    "libm.so.6": libm,
  };
  // The dynamic linker is loaded already, and found by its name.
  const known = (name: string) => name in files || name.startsWith("ld-linux-");
  for (const { tag, value, at } of elf.dynamic()) {
    if (tag !== DT_NEEDED) continue;
    const name = elf.dynamicString(value);
    if (!known(name)) throw new Error(`Bun needs another library: ${name}`);
    if (name === "libpthread.so.0" || name === "libdl.so.2") elf.setWord(at, DT_IGNORED);
    else if (name in files) elf.setWord(at + 8, files[name]);
  }
  let at = elf.offsetOf(elf.dynamicValue(DT_VERNEED));
  for (let left = elf.dynamicValue(DT_VERNEEDNUM); left > 0; left--) {
    const name = elf.dynamicString(elf.uint32(at + 4));
    if (name in files) elf.setUint32(at + 4, files[name]);
    at += elf.uint32(at + 12);
  }
}

/** Returns the one file. */
function makeOneFile(path: string): Uint8Array {
  const elf = new Elf(new Uint8Array(readFileSync(path)), path);
  const found = compile(["-print-file-name=libc.so.6"]);
  const libraries = readLibraries(elf, dirname(found.trim()));
  const layout = layOut(elf, libraries);
  const { code, entry } = buildLauncher(elf, new Elf(libraries.loader, "ld.so"), layout);
  redirectLibraries(elf, layout);
  elf.setProgramHeaders(filePrograms(elf, layout));
  elf.entry = entry;
  const bytes = new Uint8Array(layout.size);
  bytes.set(elf.bytes);
  bytes.set(code, layout.code.offset);
  bytes.fill(0, layout.data.offset, layout.data.offset + DATA_SIZE);
  for (const blob of [layout.loader, layout.libc, layout.libm]) bytes.set(blob.bytes, blob.offset);
  return bytes;
}

const [path, output] = process.argv.slice(2);
writeFileSync(output, makeOneFile(path), { mode: 0o755 });
