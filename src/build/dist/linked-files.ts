/** The files that the build takes code from, other than the project's own. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../run.ts";
import type { Toolchain } from "./toolchain.ts";

/** Of the one-file executable; the dynamic linker is of libc's package. */
const LIBRARIES = ["libc.so.6", "libm.so.6"];

/** @param directory of the build, with the list that src/native/build.sh writes */
export function linkedFiles(directory: string, { compiler }: Toolchain): string[] {
  const linked = readFileSync(join(directory, "native.so.linked"), "utf8").trim().split("\n");
  const libc = run([...compiler, "-print-file-name=libc.so.6"]).trim();
  return [...LIBRARIES.map((name) => join(dirname(libc), name)), ...linked];
}
