/** The checksums of a release: sha256sum(1). */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./files.ts";

/** Returns the SHA-256 of a file, in hexadecimal digits. */
export const hashOf = (path: string) =>
  new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");

const NAME = "SHA256SUMS";

/** Writes SHA256SUMS of all files below a directory, by their names from there. */
export function writeChecksums(directory: string): void {
  const lines = filesBelow(directory)
    .map((path) => path.slice(directory.length + 1))
    .filter((name) => name !== NAME)
    .map((name) => `${hashOf(join(directory, name))}  ${name}\n`);
  writeFileSync(join(directory, NAME), lines.join(""));
}
