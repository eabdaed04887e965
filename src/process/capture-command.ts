/** Runs a command to its end, and returns what it printed. */
import { readSync } from "node:fs";
import { close, memoryFile } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, cString } from "../ffi/memory.ts";
import { Child } from "./child.ts";
import { defaultInheritance } from "./inherited-state.ts";
import type { User } from "./user.ts";

const POLLIN = 1;
const CHUNK = 1 << 16;
/** Its arguments are the directory to run in, and the command. */
const SCRIPT = 'cd -- "$1" && shift && exec "$@"';

export interface Captured {
  /** 128 + N after signal N. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CaptureOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user to run as; null: ours. */
  readonly user: User | null;
}

/** Runs a command without standard input. @throws CommandError if there is no shell */
export function captureCommand(
  command: readonly string[],
  { directory, env, user }: CaptureOptions,
): Captured {
  const name = cString("output");
  const [stdout, stderr] = [memoryFile(name), memoryFile(name)];
  try {
    const script = `exec </dev/null >/dev/fd/${stdout} 2>/dev/fd/${stderr}\n${SCRIPT}`;
    const child = Child.spawn({
      command: ["/bin/sh", "-c", script, "sh", directory, ...command],
      env,
      inherited: { ...defaultInheritance(), fds: [stdout, stderr] },
      user,
    });
    return { status: endOf(child), stdout: contentOf(stdout), stderr: contentOf(stderr) };
  } finally {
    close(stdout);
    close(stderr);
  }
}

function endOf(child: Child): number {
  const memory = allocate(8);
  memory.view.setInt32(0, child.pidfd, true);
  memory.view.setInt16(4, POLLIN, true);
  for (let status = child.status(); ; status = child.status()) {
    if (status !== null) {
      close(child.pidfd);
      return status;
    }
    libc.poll(memory.address, 1, -1);
  }
}

function contentOf(fd: number): string {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const chunk = Buffer.alloc(CHUNK);
    const length = readSync(fd, chunk, 0, CHUNK, at);
    if (length === 0) return Buffer.concat(chunks).toString();
    chunks.push(chunk.subarray(0, length));
    at += length;
  }
}
