/**
 * Opens files by names in directories that other users can write to, such as /tmp, without being
 * led elsewhere: path_resolution(7). The path is walked by fd, one component at a time, so that
 * nothing can be replaced between a check and its use. Symbolic links of root and of the user with
 * whose rights we act are followed, those of other users are not.
 */
import { fstatSync } from "node:fs";
import { userName } from "../attribution/procfs.ts";
import { openRelative, readLink } from "../ffi/directory.ts";
import { SystemError } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { O_DIRECTORY, O_NOFOLLOW } from "../ffi/machine.ts";
import { EACCES, ELOOP, ENOTDIR } from "../kernel/errno.ts";
import { AT_FDCWD, O_PATH } from "../kernel/fcntl.ts";
import { MAXSYMLINKS } from "../kernel/limits.ts";
import { asUser } from "../process/as-user.ts";
import type { User } from "../process/user.ts";
import { splitPath } from "../text/path.ts";

const WORLD_WRITABLE = 0o002;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Whether what a uid owns cannot be a trap. @param user with whose rights we act; null: ours */
export function isTrusted(uid: number, user: User | null): boolean {
  return uid === 0 || uid === (user?.uid ?? process.geteuid?.());
}

/** A path leads through a symbolic link of another user. */
export class ForeignLinkError extends SystemError {
  override readonly name = "ForeignLinkError";

  constructor(path: string, link: string, uid: number) {
    const hint = `${link} is a symbolic link of ${userName(uid)}, which is not followed`;
    super("open", path, ELOOP, hint);
  }
}

/** An open directory, and the name of a file in it. The caller closes the fd. */
export interface Place {
  readonly directory: number;
  /** The last component of the path: never followed if it is a link. */
  readonly name: string;
}

/** Returns a path that leads to a name in an open directory and nowhere else: proc_pid_fd(5). */
export function inDirectory(directory: number, name: string): string {
  return `/proc/self/fd/${directory}/${name}`;
}

/**
 * Opens the directory that a path leads to. Call it within asUser() if the user is not null.
 * @throws ForeignLinkError; SystemError that names the path
 */
export function openPlace(path: string, user: User | null): Place {
  const components = splitPath(path);
  const name = path.endsWith("/") ? "." : (components.pop() ?? ".");
  return { directory: new Walk(path, user).to(components), name };
}

/** Runs work on a file by the fd of its directory and its name there, with a user's rights. */
export function atPlace<T>(path: string, user: User | null, work: (place: Place) => T): T {
  return asUser(user, () => {
    const place = openPlace(path, user);
    try {
      return work(place);
    } finally {
      close(place.directory);
    }
  });
}

/** A walk from directory to directory. */
class Walk {
  private readonly path: string;
  private readonly user: User | null;
  private directory: number;
  private links = 0;
  /** What was walked so far, for messages. */
  private at: string;

  constructor(path: string, user: User | null) {
    this.path = path;
    this.user = user;
    this.at = path.startsWith("/") ? "/" : "";
    this.directory = this.openStart(path);
  }

  private openStart(path: string): number {
    return this.check(
      openRelative(
        AT_FDCWD,
        encoder.encode(path.startsWith("/") ? "/" : "."),
        O_PATH | O_DIRECTORY,
      ),
    );
  }

  private check(result: number): number {
    if (result < 0) throw new SystemError("open", this.path, -result);
    return result;
  }

  /** @returns the fd of the directory, O_PATH */
  to(components: readonly string[]): number {
    const rest = [...components];
    try {
      for (let name = rest.shift(); name !== undefined; name = rest.shift())
        rest.unshift(...this.step(name));
      return this.directory;
    } catch (error) {
      close(this.directory);
      throw error;
    }
  }

  /** Enters a directory. @returns the components of the target if it is a link instead */
  private step(name: string): readonly string[] {
    const bytes = encoder.encode(name);
    // O_DIRECTORY mounts what is mounted on demand; of a link it opens nothing.
    const next = openRelative(this.directory, bytes, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (next === -ENOTDIR) return this.followLink(name, bytes);
    this.enter(this.check(next), `${this.at}${name}/`);
    return [];
  }

  private enter(directory: number, at: string): void {
    close(this.directory);
    this.directory = directory;
    this.at = at;
  }

  private followLink(name: string, bytes: Uint8Array): readonly string[] {
    const link = this.check(openRelative(this.directory, bytes, O_PATH | O_NOFOLLOW));
    try {
      const stat = fstatSync(link);
      if (!stat.isSymbolicLink()) throw new SystemError("open", this.path, ENOTDIR);
      if (!isTrusted(stat.uid, this.user))
        throw new ForeignLinkError(this.path, `${this.at}${name}`, stat.uid);
      if (++this.links > MAXSYMLINKS) throw new SystemError("open", this.path, ELOOP);
      const target = decoder.decode(readLink(link, this.path));
      if (target.startsWith("/")) this.enter(this.openStart("/"), "/");
      return splitPath(target);
    } finally {
      close(link);
    }
  }
}

/**
 * Throws if an open regular file can be a trap: in a directory that everyone can write to, one of
 * another user, or another name of a file that is elsewhere. The kernel refuses them too, depending
 * on fs.protected_regular and fs.protected_hardlinks: proc_sys_fs(5).
 * @throws SystemError
 */
export function checkNotPlanted(
  fd: number,
  directory: number,
  path: string,
  user: User | null,
): void {
  const [file, parent] = [fstatSync(fd), fstatSync(directory)];
  const isPublic = (parent.mode & WORLD_WRITABLE) !== 0 || !isTrusted(parent.uid, user);
  if (!isPublic) return;
  const isForeign = !isTrusted(file.uid, user) && file.uid !== parent.uid;
  const problem =
    isForeign && `it belongs to ${userName(file.uid)}, in a directory that others can write to`;
  const linked = file.nlink > 1 && "it has other names, in a directory that others can write to";
  if (problem || linked) throw new SystemError("open", path, EACCES, problem || linked || "");
}
