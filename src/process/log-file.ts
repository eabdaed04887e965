/**
 * A file that lines are appended to for a long time. When it has grown it becomes FILE.1, what was
 * FILE.1 becomes FILE.2, and so on: as logrotate(8) has it. All of it with the rights of the user
 * whom it is for.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { check, SystemError } from "../ffi/errno.ts";
import { rename } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { LOCK_EX, LOCK_NB } from "../kernel/fcntl.ts";
import { UsageError } from "../messages.ts";
import { asUser } from "./as-user.ts";
import { FileOutput } from "./output.ts";
import type { User } from "./user.ts";

const ENOENT = 2;
const NEWLINE = 0x0a;

export interface LogOptions {
  readonly path: string;
  /** Whose rights count and who owns new files; null: ours. */
  readonly user: User | null;
  /** Bytes that no file has more of, unless a single line has; none: it grows for ever. */
  readonly limit?: number;
  /** How many old files stay, at least one. */
  readonly keep: number;
}

export class LogFile {
  private readonly options: LogOptions;
  private file: FileOutput;

  /** @throws SystemError that names the file; UsageError where it cannot be rotated */
  constructor(options: LogOptions) {
    this.options = options;
    this.file = this.open();
    if (options.limit !== undefined && !this.file.regular)
      throw new UsageError(`--rotate: ${options.path} is no regular file`);
  }

  private open(): FileOutput {
    const { path, user } = this.options;
    const file = new FileOutput(path, user, true);
    // What a full disk took in part is taken back, which must not be another's line.
    if (file.regular)
      check(libc.flock(file.fd, LOCK_EX | LOCK_NB), "flock", path, "another trace writes to it");
    // A line that a crash cut short stays apart from those that follow.
    if (file.size > 0 && !endsWithNewline(file)) file.write(Uint8Array.of(NEWLINE), 1);
    return file;
  }

  /** Opens the file anew by its name: somebody else has moved the old one away. */
  reopen(): void {
    const { file } = this;
    this.file = this.open();
    file.close();
  }

  /**
   * Appends whole lines, all or as many as fit.
   * @throws SystemError that names the file; what was written before stays as it is
   */
  write(bytes: Uint8Array, length: number): void {
    for (let from = 0; from < length; ) {
      const to = this.partTo(bytes, from, length);
      if (to > from) this.file.write(bytes.subarray(from, to), to - from);
      if (to < length) this.rotate();
      from = to;
    }
  }

  /** How far the lines go that fit into the file; one that is too long for any stands alone. */
  private partTo(bytes: Uint8Array, from: number, to: number): number {
    const room = (this.options.limit ?? Infinity) - this.file.size;
    if (to - from <= room) return to;
    const fitting = room > 0 ? bytes.lastIndexOf(NEWLINE, from + room - 1) + 1 : 0;
    if (fitting > from || this.file.size > 0) return Math.max(fitting, from);
    return bytes.indexOf(NEWLINE, from) + 1 || to;
  }

  private rotate(): void {
    const { path, user, keep } = this.options;
    asUser(user, () => {
      for (let number = keep - 1; number > 0; number--)
        move(`${path}.${number}`, `${path}.${number + 1}`);
      move(path, `${path}.1`);
    });
    this.reopen();
  }
}

function move(from: string, to: string): void {
  try {
    rename(from, to);
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ENOENT)) throw error;
  }
}

function endsWithNewline({ fd, size }: FileOutput): boolean {
  let reader: number;
  try {
    reader = openSync(`/proc/self/fd/${fd}`, "r");
  } catch {
    return true; // a file that we may write to and not read
  }
  const last = new Uint8Array(1);
  readSync(reader, last, 0, 1, size - 1);
  closeSync(reader);
  return last[0] === NEWLINE;
}
