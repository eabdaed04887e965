/**
 * Build step: checks that glibc 2.17, the oldest that Bun runs with, has each function that ffi/libc.ts
 * looks up in libc, for users of the library. src/native/build.sh checks the native library.
 *
 *   bun src/build/check-glibc.ts
 *
 * READELF and CC are the tools of the machine. The default version of a symbol says since when
 * libc has it, also where it was in another library before: nm(1), "@@".
 */
import { LIBC_FUNCTIONS } from "../ffi/libc.ts";
import { run } from "./run.ts";

const NEWEST_MINOR = 17;

/** Returns the functions that are in no libc of glibc 2.17, with the reason. @param symbols of readelf */
export function tooNew(functions: readonly string[], symbols: string): string[] {
  const versions = new Map<string, string>();
  for (const [, name, version] of symbols.matchAll(/ (\w+)@@GLIBC_([\d.]+)/g))
    versions.set(name, version);
  return functions.flatMap((name) => {
    const version = versions.get(name);
    if (!version) return [`${name}: not in libc`];
    const [major, minor] = version.split(".").map(Number);
    return major === 2 && minor <= NEWEST_MINOR ? [] : [`${name}: since glibc ${version}`];
  });
}

if (import.meta.main) {
  const { CC = "cc", READELF = "readelf" } = process.env;
  const library = run([...CC.split(" "), "-print-file-name=libc.so.6"]).trim();
  const found = tooNew(LIBC_FUNCTIONS, run([READELF, "--dyn-syms", "-W", library]));
  for (const line of found) console.error(`ffi/libc.ts: ${line}; use syscall(2)`);
  process.exitCode = +(found.length > 0);
}
