/**
 * The files that the build makes of C, and the page of reports. A clone has them in build/. The executable
 * contains them, and the npm package has those that the library needs in a package for each architecture:
 * src/main.ts and src/npm.ts say where.
 */
import { readFileSync } from "node:fs";
import { TraceError } from "../errors.ts";

export type BuiltFile = "native.so" | "trace.bpf.o" | "report.template";

/** Returns the path of a file. @throws TraceError if it is known that there is none */
export type FindBuiltFile = (file: BuiltFile) => string;

/** A part of the program is missing, or cannot be loaded. */
export class NativeLibraryError extends TraceError {
  override readonly name = "NativeLibraryError";
  override readonly code = "NATIVE_LIBRARY";
}

const CLONE = import.meta.dir.replace(/\/src\/ffi$/, "");

let find: FindBuiltFile = (file) => `${CLONE}/build/${file}`;

/** Sets where the files are. */
export function findBuiltFilesBy(finder: FindBuiltFile): void {
  find = finder;
}

/** Returns the contents of a file. @throws NativeLibraryError if it was not built */
export function readBuiltFile(file: BuiltFile): Uint8Array {
  const path = find(file);
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new NativeLibraryError(`${path} does not exist; run make first`, { cause });
  }
}
