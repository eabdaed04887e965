/** Opens regular files for their digests, and nothing else: open(2), O_PATH, proc_pid_fd(5). */
import { fstatSync } from "node:fs";
import { openRelative } from "../ffi/directory.ts";
import { close } from "../ffi/fd.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { EPERM, errnoName } from "../kernel/errno.ts";
import { AT_FDCWD, O_NOATIME, O_NOCTTY, O_NONBLOCK, O_PATH, O_RDONLY } from "../kernel/fcntl.ts";
import { asUser } from "../process/as-user.ts";
import type { User } from "../process/user.ts";
import { deviceOf } from "./file-digest.ts";
import { type FileSystem, fileSystemOf } from "./file-system.ts";

export type Opened =
  /** A regular file, open for reading. */
  | { readonly kind: "file"; readonly fd: number }
  /** Something else, or a file of a file system without disk. */
  | { readonly kind: "other" }
  /** Another file than the one that was meant. */
  | { readonly kind: "replaced" }
  /** The error's name. */
  | { readonly kind: "error"; readonly errno: string };

const READ = O_RDONLY | O_NONBLOCK | O_NOCTTY;

/**
 * Opens a file with a user's rights. The type is checked before the file itself is opened, so that
 * devices and FIFOs never are.
 * @param path its bytes; a link at its end is not followed
 * @param id device and inode of the file that is meant, as the model has them; null for any
 * @param user null for our own rights
 */
export function openRegular(path: Uint8Array, id: string | null, user: User | null): Opened {
  return asUser(user, () => {
    const found = openRelative(AT_FDCWD, path, O_PATH | O_NOFOLLOW);
    if (found < 0) return { kind: "error", errno: errnoName(-found) };
    try {
      return openFound(found, id);
    } finally {
      close(found);
    }
  });
}

function openFound(found: number, id: string | null): Opened {
  const stat = fstatSync(found, { bigint: true });
  const system = fileSystemOf(found);
  if (!stat.isFile() || system.isPseudo) return { kind: "other" };
  if (id !== null && !isSame(id, stat, system.shows)) return { kind: "replaced" };
  const link = new TextEncoder().encode(`/proc/self/fd/${found}`);
  let fd = openRelative(AT_FDCWD, link, READ | O_NOATIME);
  // Only owners may leave the time of access as it is.
  if (fd === -EPERM) fd = openRelative(AT_FDCWD, link, READ);
  return fd < 0 ? { kind: "error", errno: errnoName(-fd) } : { kind: "file", fd };
}

/** Whether a file has an id: the kernel's device, major << 20 | minor, and inode. */
function isSame(
  id: string,
  { dev, ino }: { readonly dev: bigint; readonly ino: bigint },
  shows: FileSystem["shows"],
): boolean {
  const [device, inode] = id.split(":");
  if (shows === "nothing") return true;
  if (inode !== String(ino)) return false;
  const { major, minor } = deviceOf(dev);
  return shows === "inode" || device === String(major * (1 << 20) + minor);
}
