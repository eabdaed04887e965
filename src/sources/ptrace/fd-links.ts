/**
 * Reads the paths of fds and working directories: proc_pid_fd(5), proc_pid_cwd(5). Each is read at the
 * time of the call, while the thread is stopped. So there is no state to keep in step with dup, fork,
 * exec and other threads, and files that were opened before the trace are known too.
 */
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { PATH_MAX } from "../../kernel/limits.ts";
import { threadDirectory } from "./thread-directory.ts";

export class FdPathReader {
  private readonly name = allocate(64);
  private readonly target = allocate(PATH_MAX);
  private readonly text = Buffer.from(this.target.bytes.buffer, this.target.bytes.byteOffset);

  /** Reads a link, one character per byte; undefined if it is missing or may not be read. */
  readLink(link: string): string | undefined {
    const end = this.name.bytes.length - 1;
    const { written } = new TextEncoder().encodeInto(link, this.name.bytes.subarray(0, end));
    this.name.bytes[written] = 0;
    const length = libc.readlink(this.name.address, this.target.address, PATH_MAX);
    return length < 0 ? undefined : this.text.toString("latin1", 0, length);
  }

  /**
   * Returns the path of an fd: "/etc/hosts", "pipe:[1234]", one character per byte.
   * @param fd AT_FDCWD for the working directory
   */
  pathOf(tid: number, fd: number): string | undefined {
    return this.readLink(
      fd === AT_FDCWD ? `${threadDirectory(tid)}/cwd` : `${threadDirectory(tid)}/fd/${fd}`,
    );
  }
}
