/** The files that the kernel reads at an exec besides the program: scripts, and the ELF interpreter. */
import { closeSync, openSync, readSync, realpathSync } from "node:fs";

/** The kernel runs no longer chain of scripts: exec_binprm() of fs/exec.c. */
const MAX_SCRIPTS = 5;
const PT_INTERP = 3;

/**
 * @param path absolute
 * @returns real paths; none if the file cannot be read any more
 */
export function readAtExec(path: string, depth = 0): string[] {
  const found = real(path);
  if (found === null || depth > MAX_SCRIPTS) return [];
  const bytes = start(found);
  const [, interpreter] = bytes.toString("latin1").match(/^#![ \t]*([^ \t\n]+)/) ?? [];
  if (interpreter !== undefined) return [found, ...readAtExec(interpreter, depth + 1)];
  const name = elfInterpreter(bytes);
  return name === null ? [] : [real(name)].filter((each) => each !== null);
}

function real(path: string): string | null {
  try {
    return realpathSync(Buffer.from(path, "latin1") as unknown as string, "latin1");
  } catch {
    return null;
  }
}

function start(path: string): Buffer {
  const bytes = Buffer.alloc(4096);
  const fd = openSync(Buffer.from(path, "latin1"), "r");
  const length = readSync(fd, bytes);
  closeSync(fd);
  return bytes.subarray(0, length);
}

/** Returns what the program header PT_INTERP names: elf(5). */
function elfInterpreter(bytes: Buffer): string | null {
  if (bytes.length < 64 || bytes.toString("latin1", 0, 4) !== "\x7fELF") return null;
  const is64 = bytes[4] === 2;
  const table = is64 ? Number(bytes.readBigUInt64LE(32)) : bytes.readUInt32LE(28);
  const size = bytes.readUInt16LE(is64 ? 54 : 42);
  const count = bytes.readUInt16LE(is64 ? 56 : 44);
  for (let at = table; at < table + count * size && at + size <= bytes.length; at += size) {
    if (bytes.readUInt32LE(at) !== PT_INTERP) continue;
    const offset = is64 ? Number(bytes.readBigUInt64LE(at + 8)) : bytes.readUInt32LE(at + 4);
    return bytes.toString("latin1", offset, bytes.indexOf(0, offset));
  }
  return null;
}
