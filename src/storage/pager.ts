/** A program that shows an output page by page, as of git: environ(7), less(1). */
import { check } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { F_DUPFD_CLOEXEC, O_CLOEXEC } from "../kernel/fcntl.ts";
import { SIGINT, SIGQUIT } from "../kernel/signal.ts";
import { Child } from "../process/child.ts";
import { findCommand } from "../process/find-command.ts";
import type { InheritedState } from "../process/inherited-state.ts";
import { InterruptingSignals } from "../process/interrupting-signals.ts";
import { hasControlSequences } from "../process/terminal.ts";
import type { User } from "../process/user.ts";
import { FileOutput } from "./output-file.ts";

const STDIN = 0;
const STDERR = 2;
const POLLIN = 1;
const DEFAULT_PAGER = "less";
/** For less: quit if all fits on the screen, show colours, leave the text on the screen. For lv: colours. */
const DEFAULTS = { LESS: "FRX", LV: "-c" } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the command line of the pager; null for none: if PAGER is empty or cat, if the terminal
 * cannot be controlled, or if there is no less.
 * @param user who will run it; null: we
 */
export function pagerCommand(env: Environment, user: User | null): string | null {
  const { PAGER: chosen, TERM, PATH } = env;
  if (!hasControlSequences(TERM)) return null;
  if (chosen !== undefined) return ["", "cat"].includes(chosen.trim()) ? null : chosen;
  return "path" in findCommand(DEFAULT_PAGER, PATH, user) ? DEFAULT_PAGER : null;
}

export class Pager {
  /** Accepts bytes until close(). */
  readonly output: FileOutput;
  private readonly child: Child;
  private readonly writer: number;
  private isClosed = false;

  /**
   * Starts the pager.
   * @param command a command line for the shell
   * @param user who runs it, because many pagers start other programs; null: we
   * @throws SystemError
   */
  constructor(command: string, user: User | null, inherited: InheritedState) {
    // The pager decides what an interrupt ends: less stops to read, and goes on.
    new InterruptingSignals([SIGINT, SIGQUIT]);
    const ends = allocate(8);
    check(libc.pipe2(ends.address, O_CLOEXEC), "pipe2");
    const reader = ends.view.getInt32(0, true);
    const writer = ends.view.getInt32(4, true);
    this.writer = writer;
    this.child = withInput(reader, () =>
      Child.spawn({
        command: ["/bin/sh", "-c", command],
        env: { ...DEFAULTS, ...process.env },
        inherited: { ...inherited, fds: [] },
        user,
      }),
    );
    close(reader);
    this.output = new FileOutput(`/dev/fd/${writer}`, null, { pages: true });
  }

  /** Ends the input of the pager, and waits until the user has quit. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    close(this.writer);
    const memory = allocate(8);
    memory.view.setInt32(0, this.child.pidfd, true);
    memory.view.setInt16(4, POLLIN, true);
    while (libc.poll(memory.address, 1, -1) < 1);
    this.child.status();
    close(this.child.pidfd);
  }
}

/** Does work with another standard input: an fd that a child could not open by its name. */
function withInput<T>(fd: number, work: () => T): T {
  const saved = libc.fcntl(STDIN, F_DUPFD_CLOEXEC, STDERR + 1);
  check(libc.dup2(fd, STDIN), "dup2");
  try {
    return work();
  } finally {
    if (saved < 0) close(STDIN);
    else {
      libc.dup2(saved, STDIN);
      close(saved);
    }
  }
}
