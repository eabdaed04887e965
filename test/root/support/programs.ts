/** The C programs of test/programs, compiled on demand into build/test. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dir, "../../..");
const SOURCES = join(ROOT, "test/programs");
const BUILT = join(ROOT, "build/test");
/** Static: a loader would open files of its own. */
const CFLAGS = ["-static", "-O1", "-Wall", "-Wextra", "-Werror"];

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * The absolute path of a program, compiled where it is missing or older than its source. A line
 * `// cc: FLAGS` of the source adds flags for the compiler.
 * @throws Error with the compiler's messages.
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
