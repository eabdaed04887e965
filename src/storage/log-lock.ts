/**
 * The lock of a log, which those who write, rotate and prune it hold: flock(2). Everyone who can open
 * a file can lock it, so the lock is on what only its owner can open: the log itself if it is private,
 * otherwise a private file beside it, FILE.lock.
 */
import { fchownSync, fstatSync, type Stats, unlinkSync } from "node:fs";
import { openRelative } from "../ffi/directory.ts";
import { SystemError } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { EEXIST } from "../kernel/errno.ts";
import { O_CREAT, O_EXCL, O_NONBLOCK, O_RDWR } from "../kernel/fcntl.ts";
import type { User } from "../process/user.ts";
import { isPrivate, lockWithTimeout, tryLock, unlock } from "./file-lock.ts";
import { atPlace, inDirectory, isTrusted, type Place } from "./trusted-path.ts";

const MODE = 0o600;

/** How long to wait for a lock that any user can hold. */
const SHARED_TIMEOUT_MS = 100;

type AtPlace = <T>(work: (place: Place) => T) => T;

export class LogLock {
  private readonly path: string;
  private readonly user: User | null;
  private readonly at: AtPlace;
  /** FILE.lock. */
  private beside: number | null = null;
  private held: number | null = null;

  /**
   * @param path as messages name the log
   * @param user whose rights apply; null: ours
   * @param at runs work with these rights on the directory of the log and its name there
   */
  constructor(path: string, user: User | null, at: AtPlace = (work) => atPlace(path, user, work)) {
    this.path = path;
    this.user = user;
    this.at = at;
  }

  get isHeld(): boolean {
    return this.held !== null;
  }

  /**
   * Locks the log.
   * @param fd of the log
   * @param milliseconds how long to wait
   * @returns why the lock is not held; null if it is
   * @throws SystemError
   */
  acquire(fd: number, milliseconds: number): string | null {
    const log = fstatSync(fd);
    for (;;) {
      const target = isPrivate(log) ? fd : this.openBeside(log);
      const timeout = target === null ? Math.min(milliseconds, SHARED_TIMEOUT_MS) : milliseconds;
      if (!lockWithTimeout(target ?? fd, this.path, timeout))
        return target === null
          ? `another process holds its lock, and ${this.path}.lock cannot be used instead`
          : "another process holds its lock";
      this.held = target ?? fd;
      if (target !== this.beside || target === null || isNamed(target)) return null;
      this.release();
    }
  }

  release(): void {
    if (this.held !== null) unlock(this.held);
    this.held = null;
  }

  /** Ends the use of the lock. Removes FILE.lock, unless another process holds it. */
  close(): void {
    const { beside } = this;
    this.release();
    if (beside === null) return;
    // Who waits for it finds that it has no name then, and makes a new one.
    if (tryLock(beside, this.path) && isNamed(beside)) this.remove();
    close(beside);
    this.beside = null;
  }

  private remove(): void {
    try {
      this.at(({ directory, name }) => unlinkSync(inDirectory(directory, `${name}.lock`)));
    } catch {
      // It stays, and is used again.
    }
  }

  /** Opens FILE.lock, unless it is open. @returns null if it is not private */
  private openBeside(log: Stats): number | null {
    if (this.beside !== null) {
      if (isNamed(this.beside)) return this.beside;
      close(this.beside);
      this.beside = null;
    }
    try {
      this.beside = this.at((place) => this.open(place, log));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
    return this.beside;
  }

  private open({ directory, name }: Place, log: Stats): number | null {
    const file = new TextEncoder().encode(`${name}.lock`);
    const created = openRelative(directory, file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
    if (created >= 0) {
      giveTo(created, log);
      return created;
    }
    if (created !== -EEXIST) return null;
    const fd = openRelative(directory, file, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return null;
    const stat = fstatSync(fd);
    const isOwn = isTrusted(stat.uid, this.user) || stat.uid === log.uid;
    if (stat.isFile() && isPrivate(stat) && isOwn) return fd;
    close(fd);
    return null;
  }
}

const isNamed = (fd: number): boolean => fstatSync(fd).nlink > 0;

/** Gives a lock file to the owner of the log, whose processes use it too. */
function giveTo(fd: number, { uid, gid }: Stats): void {
  try {
    if (fstatSync(fd).uid !== uid) fchownSync(fd, uid, gid);
  } catch {
    // Without the right to it, the owner's processes cannot use the file.
  }
}
