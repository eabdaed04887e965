/**
 * Finds the file that a name leads to, as the kernel would for a stopped tracee: in its root directory
 * and mount namespace, through symbolic links. path_resolution(7), proc_pid_cwd(5).
 */

import type { LinkPolicy } from "../../events/link-policy.ts";
import { type FileStat, Lookup } from "../../ffi/lookup.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { MAXSYMLINKS } from "../../kernel/limits.ts";
import { S_IFDIR, S_IFLNK, S_IFMT } from "../../kernel/stat.ts";
import { childPath, splitPath } from "../../text/path.ts";
import { namelessInode, readNamespacePid } from "./procfs.ts";

const PROC_ROOT_INO = 1n;
const DELETED = " (deleted)";

export interface ResolvedName {
  /**
   * Absolute, one character per byte, without symbolic links and `..` as far as it exists. Null for a
   * file without a path, such as a pipe.
   */
  readonly path: string | null;
  /** Null if there is no such file, or if the name requires a directory and it is none. */
  readonly file: FileStat | null;
}

/** The thread that passed the name. */
export interface Passer {
  readonly tid: number;
  readonly tgid: number;
}

/** A name that can only be that of a directory. */
const NAMES_DIRECTORY = /\/\.?$/;
const isDirectory = (file: FileStat) => (file.mode & S_IFMT) === S_IFDIR;
const isLink = (file: FileStat) => (file.mode & S_IFMT) === S_IFLNK;

export class NameResolver {
  private readonly lookup = new Lookup();
  private readonly ownRoot = this.lookup.stat(AT_FDCWD, "/", true);
  /** A path with this component may be that of our own /proc/self. */
  private readonly ownPid = new RegExp(`/${process.pid}(?:/|$)`);

  /**
   * @param dfd the directory in which a relative name starts
   * @param name one character per byte; "" is the file that dfd refers to
   * @returns null if it cannot be determined
   */
  resolve(passer: Passer, dfd: number, name: string, policy: LinkPolicy): ResolvedName | null {
    const { tid } = passer;
    const base = name.startsWith("/")
      ? `/proc/${tid}/root`
      : `/proc/${tid}/${dfd === AT_FDCWD ? "cwd" : `fd/${dfd}`}`;
    if (name === "") return this.baseFile(base);
    const last = name.replace(/\/+$/, "");
    const follows =
      policy === "always" ||
      (policy === "slash" && last.length < name.length) ||
      last.endsWith("/.");
    const resolved =
      this.resolveInDirectory(passer, base, last, follows) ??
      this.walk(passer, base, name, follows);
    const isUsable = !resolved?.file || isDirectory(resolved.file) || !NAMES_DIRECTORY.test(name);
    return isUsable ? resolved : { ...resolved, file: null };
  }

  private baseFile(base: string): ResolvedName | null {
    const path = this.realPath(base);
    const file = this.lookup.stat(AT_FDCWD, base, true);
    return path === null && file === null ? null : { path, file };
  }

  /** Returns the path to which a link of /proc leads; null if it is no path. */
  private realPath(link: string): string | null {
    return this.withoutMark(this.lookup.readLink(link), () =>
      this.lookup.stat(AT_FDCWD, link, true),
    );
  }

  private pathOf(fd: number): string | null {
    return this.withoutMark(this.lookup.pathOf(fd), () => this.lookup.stat(fd, "", true));
  }

  private withoutMark(path: string | null, file: () => FileStat | null): string | null {
    if (path === null || !path.startsWith("/")) return null;
    const inode = namelessInode(path);
    if (inode !== null && inode === file()?.ino) return null;
    if (!path.endsWith(DELETED) || this.lookup.stat(AT_FDCWD, path, false)) return path;
    return path.startsWith("/memfd:") ? null : path.slice(0, -DELETED.length);
  }

  /**
   * Lets the kernel resolve the directory, in few calls.
   * @param name without slashes at its end
   * @returns null where `walk` is needed
   */
  private resolveInDirectory(
    passer: Passer,
    base: string,
    name: string,
    follows: boolean,
  ): ResolvedName | null {
    const { lookup } = this;
    const slash = name.lastIndexOf("/");
    const last = name.slice(slash + 1);
    if (last === "" || last === "." || last === "..") return null;
    if (slash < 0) {
      const file = lookup.stat(AT_FDCWD, `${base}/${last}`, false);
      if (file && follows && isLink(file)) return null;
      const directory = this.realPath(base);
      if (directory === null || this.ownPid.test(directory)) return null;
      if (file && isLink(file) && directory === "/proc") return null;
      return { path: childPath(directory, last), file };
    }
    if (!this.sharesRoot(passer)) return null;
    const directory = this.openDirectory(base, name.slice(0, slash + 1));
    if (directory < 0) return null;
    try {
      return this.resolveLast(directory, last, follows);
    } finally {
      lookup.close(directory);
    }
  }

  /** @param name ends in a slash */
  private openDirectory(base: string, name: string): number {
    const { lookup } = this;
    if (name.startsWith("/")) return lookup.openWithoutMagicLinks(AT_FDCWD, name);
    const start = lookup.open(AT_FDCWD, base);
    if (start < 0) return start;
    const directory = lookup.openWithoutMagicLinks(start, name);
    lookup.close(start);
    return directory;
  }

  private resolveLast(directory: number, last: string, follows: boolean): ResolvedName | null {
    const { lookup } = this;
    const path = this.pathOf(directory);
    if (path === null || this.ownPid.test(path)) return null;
    const file = lookup.stat(directory, last, false);
    if (!file || !isLink(file) || !follows) return { path: childPath(path, last), file };
    const target = lookup.openWithoutMagicLinks(directory, last);
    if (target < 0) return null;
    try {
      const targetPath = this.pathOf(target);
      if (targetPath === null || this.ownPid.test(targetPath)) return null;
      return { path: targetPath, file: lookup.stat(target, "", true) };
    } finally {
      lookup.close(target);
    }
  }

  /** Whether the thread has our root directory, in our mount namespace. */
  private sharesRoot({ tid }: Passer): boolean {
    const { ownRoot } = this;
    const root = this.lookup.stat(AT_FDCWD, `/proc/${tid}/root`, true);
    return root !== null && ownRoot !== null && ownRoot.mountId !== 0n && isSameFile(root, ownRoot);
  }

  /** Resolves component by component, with the thread's own root directory and /proc/self. */
  private walk(passer: Passer, base: string, name: string, follows: boolean): ResolvedName | null {
    const { lookup } = this;
    const root = lookup.open(AT_FDCWD, `/proc/${passer.tid}/root`);
    const start = lookup.open(AT_FDCWD, base);
    const walk = new Walk(lookup, passer, root, start);
    try {
      if (root < 0 || start < 0) return null;
      const rest = walk.go(splitPath(name), follows);
      const path = this.pathOf(walk.position);
      if (rest.length === 0) return { path, file: lookup.stat(walk.position, "", false) };
      return path === null ? null : { path: childPath(path, rest.join("/")), file: null };
    } finally {
      walk.close();
    }
  }
}

function isSameFile(one: FileStat, other: FileStat): boolean {
  return (
    one.ino === other.ino &&
    one.mountId === other.mountId &&
    one.major === other.major &&
    one.minor === other.minor
  );
}

/** A position in the tree of a thread. */
class Walk {
  position: number;
  private readonly root: number;
  private readonly rootFile: FileStat | null;
  private readonly lookup: Lookup;
  private readonly passer: Passer;

  /** Takes ownership of the fds, also of negative ones. */
  constructor(lookup: Lookup, passer: Passer, root: number, position: number) {
    this.lookup = lookup;
    this.passer = passer;
    this.root = root;
    this.position = position;
    this.rootFile = root < 0 ? null : lookup.stat(root, "", true);
  }

  close(): void {
    for (const fd of [this.root, this.position]) if (fd >= 0) this.lookup.close(fd);
  }

  private moveTo(fd: number): void {
    this.lookup.close(this.position);
    this.position = fd;
  }

  /** Moves as far as the names exist. Returns those that are left. */
  go(names: readonly string[], followsLast: boolean): string[] {
    let pending = [...names];
    for (let links = 0; pending.length > 0; ) {
      const [name, ...rest] = pending;
      const next = name === ".." ? this.openParent() : this.lookup.openLink(this.position, name);
      if (next < 0) return pending;
      const file = this.lookup.stat(next, "", false);
      if (!file || !isLink(file) || (rest.length === 0 && !followsLast)) {
        this.moveTo(next);
        pending = rest;
        continue;
      }
      const target = this.targetOf(next, name);
      this.lookup.close(next);
      if (target === null || ++links > MAXSYMLINKS) return pending;
      if (typeof target === "number") this.moveTo(target);
      else if (target.startsWith("/")) this.moveTo(this.lookup.open(this.root, "."));
      pending = [...(typeof target === "number" ? [] : splitPath(target)), ...rest];
    }
    return pending;
  }

  private openParent(): number {
    const { lookup, position, rootFile } = this;
    const here = lookup.stat(position, "", true);
    const isRoot = here !== null && rootFile !== null && isSameFile(here, rootFile);
    return lookup.open(position, isRoot ? "." : "..");
  }

  /** Returns the target of a symbolic link; the fd of the file if it is a link of /proc/PID. */
  private targetOf(link: number, name: string): string | number | null {
    const { lookup, position } = this;
    const target = lookup.readOpenLink(link);
    if (!lookup.isInProc(link)) return target;
    if (lookup.stat(position, "", true)?.ino !== PROC_ROOT_INO) {
      const file = lookup.open(position, name);
      return file < 0 ? null : file;
    }
    return name === "self" || name === "thread-self" ? this.ownDirectory(name, target) : target;
  }

  /** @param target what the link is for us; null in the /proc of another pid namespace */
  private ownDirectory(name: string, target: string | null): string | null {
    const { tid, tgid } = this.passer;
    const isOurs = target !== null;
    const process = isOurs ? tgid : readNamespacePid(tgid);
    if (process === null) return null;
    if (name === "self") return `${process}`;
    const thread = isOurs ? tid : readNamespacePid(tid);
    return thread === null ? null : `${process}/task/${thread}`;
  }
}
