/** Models execve(2): the file that runs, its arguments, and the files that the kernel reads for it. */
import { readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";

/** The maximum depth of scripts run by scripts: include/linux/binfmts.h. */
const MAX_RECURSION = 5;

export interface Executed {
  /** readlink of /proc/PID/exe. */
  readonly path: string;
  /** /proc/PID/cmdline: of a script, its interpreter's. */
  readonly argv: readonly string[];
  /** The scripts that were read, as they were named, from the executed one on. */
  readonly scripts: readonly string[];
  /** The real path of the ELF interpreter; null for a static program. */
  readonly elfInterpreter: string | null;
}

/**
 * Resolves interpreters. Names and arguments are bytes as Latin-1.
 * @param file absolute
 * @param name as passed to an interpreter
 * @param cwd of relative interpreters
 */
export function executed(
  file: string,
  name: string,
  argv: readonly string[],
  cwd = "/",
  depth = 0,
): Executed {
  const path = realpathSync(Buffer.from(file, "latin1"), "buffer");
  const content = readFileSync(path);
  const line = content.subarray(0, 256).toString("latin1").split("\n")[0];
  const [, interpreter, argument] = line.match(/^#![ \t]*([^ \t]+)[ \t]*(.*?)[ \t]*$/) ?? [];
  if (interpreter === undefined || depth > MAX_RECURSION)
    return {
      path: path.toString("latin1"),
      argv: argv.length ? argv : [""],
      scripts: [],
      elfInterpreter: elfInterpreter(content),
    };
  const words = [interpreter, ...(argument ? [argument] : []), name, ...argv.slice(1)];
  const ran = executed(resolve(cwd, interpreter), interpreter, words, cwd, depth + 1);
  return { ...ran, scripts: [name, ...ran.scripts] };
}

const PT_INTERP = 3;

/** Reads the interpreter that an ELF file names: elf(5). */
function elfInterpreter(file: Buffer): string | null {
  if (file.toString("latin1", 0, 4) !== "\x7fELF") return null;
  const is64Bit = file[4] === 2;
  const word = (at: number) => (is64Bit ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at));
  const [headers, sizeAt] = is64Bit ? [word(0x20), 0x36] : [word(0x1c), 0x2a];
  const [size, count] = [file.readUInt16LE(sizeAt), file.readUInt16LE(sizeAt + 2)];
  for (let at = headers; at < headers + count * size; at += size) {
    if (file.readUInt32LE(at) !== PT_INTERP) continue;
    const start = word(at + (is64Bit ? 0x08 : 0x04));
    return realpathSync(file.toString("latin1", start, file.indexOf(0, start)));
  }
  return null;
}
