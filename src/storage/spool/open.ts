/** Opens the spool of a receiver, which one process fills at a time. */
import { fstatSync, lstatSync, mkdirSync } from "node:fs";
import { TraceError } from "../../errors.ts";
import { openRelative } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { O_DIRECTORY, O_NOFOLLOW } from "../../ffi/machine.ts";
import { O_RDONLY } from "../../kernel/fcntl.ts";
import { asUser } from "../../process/as-user.ts";
import type { User } from "../../process/user.ts";
import { tryLock } from "../file-lock.ts";
import { openPlace } from "../trusted-path.ts";
import { SpoolDirectory } from "./directory.ts";

/** As many processes can send to a receiver at a time. */
const MAX_SPOOLS = 64;
const encoder = new TextEncoder();

/** A spool cannot be used. */
export class SpoolError extends TraceError {
  override readonly name = "SpoolError";
  override readonly code = "SPOOL";
}

/** Creates the directory if it does not exist, and opens it. Call it with the user's rights. */
function openDirectory(path: string, user: User | null): number {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { directory, name } = openPlace(path, user);
  const fd = openRelative(directory, encoder.encode(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  close(directory);
  if (fd < 0) throw new SystemError("open", path, -fd);
  const { uid, mode } = fstatSync(fd);
  const reason =
    uid !== (user?.uid ?? process.geteuid?.())
      ? `is owned by uid ${uid}`
      : mode & 0o077
        ? "can be opened by others"
        : null;
  if (reason === null) return fd;
  close(fd);
  throw new SpoolError(`${path}: ${reason}, so it cannot be used`);
}

/** Locks and returns a spool; null if another process has it. */
function tryOpen(path: string, user: User | null): SpoolDirectory | null {
  const fd = asUser(user, () => openDirectory(path, user));
  if (tryLock(fd, path)) return new SpoolDirectory(fd, path, user);
  close(fd);
  return null;
}

/**
 * Opens a spool that no other process uses, with what other processes left for the same receiver.
 * @param parent the directory of all spools
 * @param receiver what identifies it
 * @throws SpoolError, SystemError; Error of node:fs
 */
export function openSpool(parent: string, receiver: string, user: User | null): SpoolDirectory {
  const key = new Bun.CryptoHasher("sha256").update(receiver).digest("hex").slice(0, 16);
  let own: SpoolDirectory | null = null;
  for (let number = 1; number <= MAX_SPOOLS; number++) {
    const path = `${parent}/${key}-${number}`;
    const exists = asUser(user, () => lstatSync(path, { throwIfNoEntry: false })) !== undefined;
    if (own && !exists) break;
    const spool = tryOpen(path, user);
    if (!spool) continue;
    if (!own) {
      own = spool;
      own.recover();
      continue;
    }
    own.adopt(spool);
    spool.close();
  }
  if (own) return own;
  throw new SpoolError(`${parent}: ${MAX_SPOOLS} processes send to this receiver already`);
}
