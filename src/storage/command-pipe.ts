/** A pipe to the standard input of a shell command, as an output: strace -o '|COMMAND'. popen(3). */
import { check } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { O_CLOEXEC } from "../kernel/fcntl.ts";
import { Child } from "../process/child.ts";
import type { InheritedState } from "../process/inherited-state.ts";
import type { User } from "../process/user.ts";
import { FileOutput } from "./output-file.ts";

const POLLIN = 1;

export class CommandPipe {
  /** Accepts bytes until close(). */
  readonly output: FileOutput;
  private readonly child: Child;
  private readonly writer: number;

  /**
   * Starts the command.
   * @param user who runs it; null: ours
   * @throws SystemError
   */
  constructor(command: string, user: User | null, inherited: InheritedState) {
    const ends = allocate(8);
    check(libc.pipe2(ends.address, O_CLOEXEC), "pipe2");
    const reader = ends.view.getInt32(0, true);
    this.writer = ends.view.getInt32(4, true);
    const script = `exec </dev/fd/${reader}\n${command}`;
    this.child = Child.spawn({
      command: ["/bin/sh", "-c", script],
      env: process.env,
      inherited: { ...inherited, fds: [reader] },
      user,
    });
    close(reader);
    this.output = new FileOutput(`/dev/fd/${this.writer}`, user);
  }

  /** Ends the command's input, and waits until it has ended. */
  close(): void {
    close(this.writer);
    const memory = allocate(8);
    memory.view.setInt32(0, this.child.pidfd, true);
    memory.view.setInt16(4, POLLIN, true);
    // A tracer can have consumed the status, so the pidfd is asked, not waitid(2).
    while (libc.poll(memory.address, 1, -1) < 1);
    close(this.child.pidfd);
  }
}
