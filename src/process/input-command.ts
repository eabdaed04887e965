/**
 * A shell command that is started many times, each time with other text on its standard input. Its
 * standard output is our standard error.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { check } from "../ffi/errno.ts";
import { close, memoryFile } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { cString } from "../ffi/memory.ts";
import { O_RDWR } from "../kernel/fcntl.ts";
import { Child } from "./child.ts";
import { defaultInheritance } from "./inherited-state.ts";
import type { User } from "./user.ts";

const STDIN = 0;

export class InputCommand {
  private readonly spawn: () => Child;
  private readonly name = cString("stdin");

  /**
   * @param user whose rights it has; null: ours
   * @throws CommandError if there is no shell
   */
  constructor(command: string, user: User | null) {
    this.spawn = Child.repeatable({
      command: ["/bin/sh", "-c", `exec >&2\n${command}`],
      env: process.env,
      inherited: defaultInheritance(),
      user,
    });
  }

  /** Starts the command. It reads the input from a file in memory. @throws SystemError */
  start(input: Uint8Array): Child {
    const file = memoryFile(this.name);
    try {
      // At an offset, so that the command reads from the start.
      writeSync(file, input, 0, input.length, 0);
      check(libc.dup2(file, STDIN), "dup2");
      return this.spawn();
    } finally {
      close(file);
      const empty = openSync("/dev/null", O_RDWR);
      if (empty !== STDIN) {
        libc.dup2(empty, STDIN);
        closeSync(empty);
      }
    }
  }
}
