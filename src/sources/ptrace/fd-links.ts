/**
 * Where fds and working directories lead: proc_pid_fd(5), proc_pid_cwd(5). Asked at the time of the
 * call, while its thread stands still: so nothing has to be kept in step with dup, fork, exec and
 * what other threads do, and what was opened before the trace is known as well.
 */
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";

const PATH_MAX = 4096;

export class FdPathReader {
  private readonly name = allocate(64);
  private readonly target = allocate(PATH_MAX);
  private readonly text = Buffer.from(this.target.bytes.buffer, this.target.bytes.byteOffset);

  /** One character a byte; undefined where there is none, or where we may not look. */
  private readLink(link: string): string | undefined {
    const end = this.name.bytes.length - 1;
    const { written } = new TextEncoder().encodeInto(link, this.name.bytes.subarray(0, end));
    this.name.bytes[written] = 0;
    const length = libc.readlink(this.name.address, this.target.address, PATH_MAX);
    return length < 0 ? undefined : this.text.toString("latin1", 0, length);
  }

  /**
   * @param fd AT_FDCWD for the working directory
   * @returns "/etc/hosts", "pipe:[1234]", one character a byte
   */
  pathOf(tid: number, fd: number): string | undefined {
    if (fd === AT_FDCWD) return this.readLink(`/proc/${tid}/cwd`);
    return fd < 0 ? undefined : this.readLink(`/proc/${tid}/fd/${fd}`);
  }
}
