/**
 * Replays on a model what strace saw: which files of the judged directory were read before they were
 * changed, and which were made, moved and removed.
 */
import { fdOf, numberOf, stringOf } from "../../strace/syntax.ts";
import { readAtExec } from "./executed.ts";
import type { At, Inode, ModelFs } from "./model-fs.ts";
import type { LoggedCall } from "./strace-log.ts";

/** include/uapi/asm-generic/fcntl.h, fcntl.h, sched.h, mount.h, fs.h */
const O_ACCMODE = 3;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_PATH = 0o10000000;
const O_TMPFILE = 0o20000000;
const AT_FDCWD = -100;
const AT_SYMLINK_FOLLOW = 0x400;
const AT_EMPTY_PATH = 0x1000;
const AT_REMOVEDIR = 0x200;
const CLONE_FS = 0x200;
const CLONE_NEWNS = 0x20000;
const MS_BIND = 4096;
const MS_REMOUNT = 32;
const RENAME_EXCHANGE = 2;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

/** What is mounted below the judged directory, in one mount namespace. */
interface Mount {
  readonly target: string;
  /** The path that a bind mount shows; null for another file system. */
  readonly source: string | null;
}

/** A directory of the model, which may be moved, or the path of another. */
type Directory = Inode | string;

interface Thread {
  fs: { cwd: Directory; root: string };
  mounts: { list: Mount[] };
}

export class Replay {
  /** Files outside of the judged directory that were opened for reading, and not written before. */
  readonly inputsOutside = new Set<string>();
  private readonly writtenOutside = new Set<string>();
  private readonly model: ModelFs;
  private readonly threads = new Map<number, Thread>();
  private readonly creators = new Map<number, LoggedCall>();

  /** @param cwd of the command, whose first thread makes the first call */
  constructor(model: ModelFs, calls: readonly LoggedCall[], cwd: string) {
    this.model = model;
    for (const call of calls)
      if (/^(clone3?|v?fork)$/.test(call.name) && call.result > 0)
        this.creators.set(call.result, call);
    const first = calls[0]?.tid ?? 0;
    const thread: Thread = { fs: { cwd, root: "" }, mounts: { list: [] } };
    thread.fs.cwd = this.directoryAt(cwd, thread);
    this.threads.set(first, thread);
    for (const call of calls) this.replay(call);
  }

  /** A child may call before its creator's call returns. */
  private thread(tid: number): Thread {
    let thread = this.threads.get(tid);
    if (thread) return thread;
    const creator = this.creators.get(tid);
    if (!creator) throw new Error(`a thread without a creator: ${tid}`);
    const flags = numberOf(creator.args.join(", ").match(/\bflags=([^,}]+)/)?.[1]);
    const { fs, mounts } = this.thread(creator.tid);
    thread = {
      fs: flags & CLONE_FS ? fs : { ...fs },
      mounts: flags & CLONE_NEWNS ? { list: [...mounts.list] } : mounts,
    };
    this.threads.set(tid, thread);
    return thread;
  }

  private replay(call: LoggedCall): void {
    const thread = this.thread(call.tid);
    if (call.result < 0) return;
    // Before a child of this call calls.
    if (this.creators.get(call.result) === call) this.thread(call.result);
    this.handlers[call.name]?.(call.args, thread, call);
  }

  /** Returns where a name starts: the path of a file descriptor, or of the working directory. */
  private base(dirfd: string | undefined, thread: Thread): string {
    const { fs } = thread;
    const { fd, target } = dirfd === undefined ? { fd: AT_FDCWD, target: null } : fdOf(dirfd);
    const link = target?.link.replace(/ \(deleted\)$/, "");
    if (fd !== AT_FDCWD) return link ?? "";
    if (link) fs.cwd = this.directoryAt(link, thread);
    return typeof fs.cwd === "string" ? fs.cwd : (this.pathOf(fs.cwd) ?? "/gone");
  }

  /** Returns the absolute path that a name leads to; links and ".." in it are not resolved. */
  private absolute(name: string, dirfd: string | undefined, thread: Thread): string {
    const base = this.base(dirfd, thread);
    return name.startsWith("/") ? `${thread.fs.root}${name}` : `${base}/${name}`;
  }

  /** Returns where a name leads in the model; null if that is in no directory of the model. */
  private at(name: string | undefined, dirfd: string | undefined, thread: Thread): At | null {
    const path = this.throughMounts(
      this.absolute(stringOf(name ?? "") ?? "", dirfd, thread),
      thread,
    );
    const place = path === null ? null : this.model.lookup(this.inModel(path), false);
    const parent = place && this.pathOf(place.parent);
    if (!place || parent === null) return null;
    const shown = this.throughMounts(`${parent}/${place.name}`, thread);
    return shown === null ? null : this.inModel(shown);
  }

  /** The absolute path of a directory of the model. */
  private pathOf(directory: Inode): string | null {
    const below = this.model.pathOf(directory);
    return below === null ? null : `${this.model.basePath}${below === "" ? "" : `/${below}`}`;
  }

  /** Returns the path of the model that a thread's path shows; null for another file system. */
  private throughMounts(text: string, { mounts }: Thread): string | null {
    const path = text.replace(/\/(\.?\/)+/g, "/");
    for (const { target, source } of mounts.list.toReversed()) {
      if (path !== target && !path.startsWith(`${target}/`)) continue;
      return source === null ? null : `${source}${path.slice(target.length)}`;
    }
    return path;
  }

  private open(call: LoggedCall, flags: number, thread: Thread): void {
    if (call.opened === null || !call.opened.startsWith("/")) return;
    if (flags & O_PATH || (flags & O_TMPFILE) === O_TMPFILE) return;
    const writes = (flags & O_ACCMODE) !== 0 || (flags & O_TRUNC) !== 0;
    const reads =
      (flags & O_ACCMODE) === 0 || ((flags & O_ACCMODE) === O_RDWR && !(flags & O_TRUNC));
    const path = this.throughMounts(call.opened, thread);
    if (path === null) return;
    if (!path.startsWith(`${this.model.basePath}/`)) {
      this.openOutside(path, reads, writes);
      return;
    }
    const mode = { reads, writes, creates: (flags & O_CREAT) !== 0 };
    this.model.open({ from: this.model.root, path }, mode, false);
  }

  private openOutside(path: string, reads: boolean, writes: boolean): void {
    if (reads && !this.writtenOutside.has(path)) this.inputsOutside.add(path);
    if (writes) this.writtenOutside.add(path);
  }

  private link(from: At | null, to: At | null, follows: boolean): void {
    if (!to) return;
    // A file without a name, or one that is reached through /proc or from elsewhere.
    if (!from || !this.model.link(from, to, follows)) this.model.make(to, "file");
  }

  private rename(from: At | null, to: At | null, flags: number): void {
    if (from && to && flags & RENAME_EXCHANGE) this.model.exchange(from, to);
    else if (from && to) this.model.rename(from, to);
    else if (to) {
      this.model.unlink(to);
      this.model.make(to, "file");
    } else if (from && !this.model.unlink(from)) this.removeTree(from);
  }

  /** A directory was moved elsewhere. */
  private removeTree(at: At): void {
    const node = this.model.lookup(at, false)?.entry?.node;
    for (const name of node?.entries.keys() ?? []) {
      const inner = { from: at.from, path: `${at.path}/${name}` };
      if (!this.model.unlink(inner)) this.removeTree(inner);
    }
    this.model.rmdir(at);
  }

  private make(at: At | null, kind: "file" | "other" | "directory" | "link", target = ""): void {
    if (at) this.model.make(at, kind, target);
  }

  private remove(at: At | null, flags: number): void {
    if (at) flags & AT_REMOVEDIR ? this.model.rmdir(at) : this.model.unlink(at);
  }

  private execute(name: string, dirfd: string | undefined, flags: number, thread: Thread): void {
    const isFd = (flags & AT_EMPTY_PATH) !== 0 && stringOf(name) === "";
    const path = isFd ? fdOf(dirfd ?? "").target?.link : undefined;
    const at = path === undefined ? this.at(name, dirfd, thread) : this.inModel(path);
    const entry = at && this.model.lookup(at, true)?.entry;
    // A program is listed as such, a script is also read.
    if (entry?.node.script) this.model.access(entry, { reads: true, writes: false });
    const given = path ?? this.absolute(stringOf(name) ?? "", dirfd, thread);
    for (const read of readAtExec(given)) this.openOutside(read, true, false);
    thread.fs = { ...thread.fs };
  }

  private inModel(path: string): At {
    return { from: this.model.root, path };
  }

  /** @param path absolute, as a thread sees it */
  private directoryAt(path: string, thread: Thread): Directory {
    const shown = this.throughMounts(path, thread);
    const node =
      shown === null ? undefined : this.model.lookup(this.inModel(shown), true)?.entry?.node;
    return node && this.pathOf(node) !== null ? node : path;
  }

  private directoryOf(name: string, thread: Thread): Directory {
    return this.directoryAt(this.absolute(name, undefined, thread), thread);
  }

  private directory(name: string, thread: Thread): string {
    const directory = this.directoryOf(name, thread);
    return typeof directory === "string" ? directory : (this.pathOf(directory) ?? "/gone");
  }

  private mount(args: readonly string[], thread: Thread): void {
    const [source, target] = args.map((arg) => this.directory(stringOf(arg) ?? "", thread));
    const flags = numberOf(args[3]);
    if (flags & MS_REMOUNT || !target.startsWith(`${this.model.basePath}/`)) return;
    if (stringOf(args[2]) === null && !(flags & MS_BIND)) return; // propagation
    const list = thread.mounts.list;
    list.push({ target, source: flags & MS_BIND ? this.throughMounts(source, thread) : null });
  }

  private readonly handlers: Readonly<
    Record<string, (args: readonly string[], thread: Thread, call: LoggedCall) => void>
  > = {
    open: (args, thread, call) => this.open(call, numberOf(args[1]), thread),
    openat: (args, thread, call) => {
      this.base(args[0], thread);
      this.open(call, numberOf(args[2]), thread);
    },
    openat2: (args, thread, call) =>
      this.open(call, numberOf(args[2].match(/\bflags=([^,}]+)/)?.[1]), thread),
    creat: (_, thread, call) => this.open(call, O_WRONLY | O_CREAT | O_TRUNC, thread),
    truncate: ([name], thread) => {
      const at = this.at(name, undefined, thread);
      if (at) this.model.open(at, { reads: false, writes: true });
    },
    rename: ([from, to], thread) =>
      this.rename(this.at(from, undefined, thread), this.at(to, undefined, thread), 0),
    renameat: ([fd, from, fd2, to], thread) =>
      this.rename(this.at(from, fd, thread), this.at(to, fd2, thread), 0),
    renameat2: ([fd, from, fd2, to, flags], thread) =>
      this.rename(this.at(from, fd, thread), this.at(to, fd2, thread), numberOf(flags)),
    link: ([from, to], thread) =>
      this.link(this.at(from, undefined, thread), this.at(to, undefined, thread), false),
    linkat: ([fd, from, fd2, to, flags], thread) => {
      const isFd = (numberOf(flags) & AT_EMPTY_PATH) !== 0 && stringOf(from) === "";
      const target = isFd ? fdOf(fd).target : null;
      const source = isFd
        ? target && !target.deleted
          ? this.inModel(target.link)
          : null
        : this.at(from, fd, thread);
      this.link(source, this.at(to, fd2, thread), (numberOf(flags) & AT_SYMLINK_FOLLOW) !== 0);
    },
    symlink: ([target, name], thread) =>
      this.make(this.at(name, undefined, thread), "link", stringOf(target) ?? ""),
    symlinkat: ([target, fd, name], thread) =>
      this.make(this.at(name, fd, thread), "link", stringOf(target) ?? ""),
    unlink: ([name], thread) => this.remove(this.at(name, undefined, thread), 0),
    unlinkat: ([fd, name, flags], thread) =>
      this.remove(this.at(name, fd, thread), numberOf(flags)),
    rmdir: ([name], thread) => this.remove(this.at(name, undefined, thread), AT_REMOVEDIR),
    mkdir: ([name], thread) => this.make(this.at(name, undefined, thread), "directory"),
    mkdirat: ([fd, name], thread) => this.make(this.at(name, fd, thread), "directory"),
    mknod: ([name, mode], thread) => this.make(this.at(name, undefined, thread), nodeKind(mode)),
    mknodat: ([fd, name, mode], thread) => this.make(this.at(name, fd, thread), nodeKind(mode)),
    chdir: ([name], thread) => {
      thread.fs.cwd = this.directoryOf(stringOf(name) ?? "", thread);
    },
    fchdir: ([fd], thread) => {
      const { target } = fdOf(fd);
      if (target) thread.fs.cwd = this.directoryAt(target.link, thread);
    },
    chroot: ([name], thread) => {
      thread.fs.root = this.directory(stringOf(name) ?? "", thread).replace(/\/$/, "");
    },
    execve: ([name], thread) => this.execute(name, undefined, 0, thread),
    execveat: ([fd, name, , , flags], thread) => this.execute(name, fd, numberOf(flags), thread),
    unshare: ([flags], thread) => {
      if (numberOf(flags) & CLONE_NEWNS) thread.mounts = { list: [...thread.mounts.list] };
    },
    mount: (args, thread) => this.mount(args, thread),
    umount2: ([name], thread) => {
      const target = this.directory(stringOf(name) ?? "", thread);
      const { list } = thread.mounts;
      const at = list.findLastIndex((mount) => mount.target === target);
      if (at >= 0) list.splice(at, 1);
    },
  };
}

function nodeKind(mode: string): "file" | "other" {
  const type = numberOf(mode) & S_IFMT;
  return type === 0 || type === S_IFREG ? "file" : "other";
}
