/** The directory of an RO-Crate: it is made, and files written to it, with the rights of its owner. */
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { nodeErrorText } from "../ffi/errno.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { O_NONBLOCK, O_RDONLY } from "../kernel/fcntl.ts";
import { asUser } from "../process/as-user.ts";
import type { User } from "../process/user.ts";
import { dirname } from "../text/path.ts";
import { FileOutput } from "./output-file.ts";

/** A directory cannot be made; the message names it. */
export class DirectoryError extends TraceError {
  override readonly name = "DirectoryError";
  override readonly code = "DIRECTORY";
}

/** Makes a directory and those above it. @throws DirectoryError */
export function makeDirectory(path: string, user: User | null): void {
  try {
    asUser(user, () => mkdirSync(path, { recursive: true }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new DirectoryError(`mkdir(${path}): ${nodeErrorText(error)}`, { cause: error });
  }
}

/**
 * Copies a file whose content is known.
 * @param from latin1
 * @param sha256 what its content must be
 * @returns whether it was copied; it is not if it cannot be read, or has another content
 */
export function copyFile(from: string, sha256: string, to: string, user: User | null): boolean {
  const bytes = readAs(from, user);
  if (bytes === null) return false;
  if (new Bun.CryptoHasher("sha256").update(bytes).digest("hex") !== sha256) return false;
  makeDirectory(dirname(to), user);
  const output = new FileOutput(to, user, { named: false });
  output.begin();
  output.write(bytes, bytes.length);
  output.close();
  return true;
}

function readAs(path: string, user: User | null): Buffer | null {
  return asUser(user, () => {
    try {
      const fd = openSync(Buffer.from(path, "latin1"), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        return readFileSync(fd);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return null;
    }
  });
}
