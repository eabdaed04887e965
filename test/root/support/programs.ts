/** The C programs of test/programs, compiled on demand into build/test. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dir, "../../..");
const SOURCES = join(ROOT, "test/programs");
const BUILT = join(ROOT, "build/test");
/** Static, as the dynamic loader would open files of its own. */
const CFLAGS = ["-static", "-O1", "-Wall", "-Wextra", "-Werror"];

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Returns the absolute path of a program, compiling it if it is missing or older than its source. A
 * line `// cc: FLAGS` of the source adds compiler flags.
 * @throws Error with the compiler's messages
 */
export function program(name: string): string {
  const source = join(SOURCES, `${name}.c`);
  const built = join(BUILT, name);
  const headers = readdirSync(SOURCES).filter((file) => file.endsWith(".h"));
  const newest = Math.max(...[source, ...headers.map((h) => join(SOURCES, h))].map(modified));
  if (modified(built) > newest) return built;

  mkdirSync(BUILT, { recursive: true });
  const flags =
    readFileSync(source, "utf8")
      .match(/^\/\/ cc: (.*)$/m)?.[1]
      .split(" ") ?? [];
  const unfinished = `${built}.${process.pid}`;
  const cc = Bun.spawnSync(["cc", ...CFLAGS, ...flags, "-o", unfinished, source]);
  if (cc.exitCode !== 0) throw new Error(`cc ${name}.c: ${cc.stderr}`);
  renameSync(unfinished, built);
  return built;
}

/** Programs of test/programs that make the system calls of 32-bit x86. */
const PROGRAMS_32_BIT = ["decode32", "everycall32", "files32", "int80", "open32"];
let runs32Bit: boolean | undefined;

/**
 * Whether this machine can run a program. Some hypervisors and kernels for x86-64 execute no 32-bit
 * code: its tests are skipped there, and the last line of a run counts them. The VM tests run them.
 */
export function canRun(name: string): boolean {
  if (!PROGRAMS_32_BIT.includes(name)) return true;
  runs32Bit ??= process.arch === "x64" && executes("int80");
  return runs32Bit;
}

function executes(name: string): boolean {
  const cwd = mkdtempSync(join(tmpdir(), "trace-can-run-"));
  try {
    return Bun.spawnSync([program(name)], { cwd, stdio: ["ignore", "ignore", "ignore"] }).success;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
