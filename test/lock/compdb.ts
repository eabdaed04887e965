/** Whether clang-check accepts the compilation database of a recorded build. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, temporaryDirectory } from "../root/support/harness.ts";
import { write } from "./commands.ts";

const MAKEFILE = `CC := $(if $(shell command -v ccache),ccache) gcc
app: main.o part.o
\t$(CC) -o $@ $^
main.o: src/main.c
\t$(CC) -Iinclude -DNAME='"a \\"b\\""' -c -o $@ $<
part.o: src/part.c
\tcd src && $(CC) -I../include -c -o ../$@ part.c
`;

/** A file that compiles only with the options of the build. */
const SOURCES = {
  Makefile: MAKEFILE,
  "include/part.h": "int part(const char *name);\n",
  "src/main.c": '#include "part.h"\nint main(void) { return part(NAME); }\n',
  "src/part.c": '#include "part.h"\nint part(const char *name) { return !name; }\n',
};

/** Returns what is wrong. */
export function compdbFaults(): string[] {
  using directory = temporaryDirectory();
  const { path: cwd } = directory;
  write(cwd, SOURCES);
  const env = { PATH: process.env.PATH, HOME: cwd };
  const recorded = runTrace(["exec", "-q", "-o", "run.trace", "--", "make"], { cwd, env });
  if (recorded.status !== 0) return [recorded.stderr];
  const { stdout } = runTrace(["show", "-q", "run.trace", "--format", "compdb"], { cwd });
  writeFileSync(join(cwd, "compile_commands.json"), stdout);
  // One at a time: with several directories, clang-check 14 takes relative names for each other.
  return ["src/main.c", "src/part.c"].flatMap((source) => {
    const check = (...args: string[]) => run(["clang-check", ...args], { cwd });
    const accepted = check("-p", ".", source);
    const without = check(source, "--");
    return [
      ...(accepted.status === 0 ? [] : [`${source}: ${accepted.stderr}\n${stdout}`]),
      ...(without.status === 0 ? [`${source} needs no compilation database`] : []),
    ];
  });
}
