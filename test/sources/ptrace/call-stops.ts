/** A child that is stopped at the entry or at the exit of a read(2). */
import { libc } from "../../../src/ffi/libc.ts";
import { allocate } from "../../../src/ffi/memory.ts";
import * as pt from "../../../src/kernel/ptrace.ts";
import { ptrace, seize, spawn, stateOf, until } from "./children.ts";

const __WALL = 0x40000000;

export class StoppedReader {
  readonly pid: number;
  private readonly child: Awaited<ReturnType<typeof spawn>>;
  private readonly status = allocate(4);

  private constructor(child: Awaited<ReturnType<typeof spawn>>) {
    this.child = child;
    this.pid = child.pid;
  }

  /** Starts cat(1), and stops it at the entry of its first read. */
  static async start(): Promise<StoppedReader> {
    const child = await spawn("cat");
    await until(() => stateOf(child.pid) === "S");
    const reader = new StoppedReader(child);
    seize(child.pid, pt.PTRACE_O_TRACESYSGOOD | pt.PTRACE_O_EXITKILL);
    ptrace(pt.PTRACE_INTERRUPT, child.pid, 0);
    reader.wait();
    reader.toNextStop();
    return reader;
  }

  private wait(): void {
    libc.waitpid(this.pid, this.status.address, __WALL);
  }

  private toNextStop(): void {
    ptrace(pt.PTRACE_SYSCALL, this.pid, 0);
    this.wait();
  }

  /** Goes on from the entry of the read to its exit. @param input what it reads */
  toExit(input: string): void {
    this.child.stdin.write(input);
    this.child.stdin.flush();
    this.toNextStop();
  }

  /** Waits for the end of the child. @returns the signal that killed it */
  async ended(): Promise<NodeJS.Signals | number | null> {
    await this.child.exited;
    return this.child.signalCode;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.exited;
  }
}
