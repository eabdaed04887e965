/** Starts a command under a tracer. The child waits on a pipe until it is seized: ptrace(2). */
import { check } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate, cString } from "../../ffi/memory.ts";
import { O_CLOEXEC } from "../../kernel/fcntl.ts";
import { SOCK_FILTER_SIZE, SOCK_FPROG_SIZE, traceFilter } from "../../kernel/seccomp.ts";
import { Child, CommandError, type SpawnOptions } from "../../process/child.ts";
import { syscallNumber } from "../../syscalls/table.ts";
import type { Tracer } from "./tracer.ts";

const ARCH = process.arch === "arm64" ? "arm64" : "x64";
/** Always traced: the exec marks where the command itself begins. */
const EXEC_SYSCALLS = ["execve", "execveat"];

/** Returns the address of a struct sock_fprog that stops at these calls: seccomp(2). */
function seccompProgram(names: ReadonlySet<string>): number {
  const numbers = [...names, ...EXEC_SYSCALLS].flatMap((name) => syscallNumber(ARCH, name) ?? []);
  const bytes = traceFilter([...new Set(numbers)], ARCH);
  const instructions = allocate(bytes.length);
  instructions.bytes.set(bytes);
  const program = allocate(SOCK_FPROG_SIZE);
  program.view.setUint16(0, bytes.length / SOCK_FILTER_SIZE, true);
  program.view.setBigUint64(8, BigInt(instructions.address), true);
  return program.address;
}

/**
 * Starts a command and seizes it before it executes.
 * @param names the calls to stop at; null for all
 */
export function spawnTraced(
  tracer: Tracer,
  options: SpawnOptions,
  names: ReadonlySet<string> | null,
): Child {
  const fds = allocate(8);
  check(libc.pipe2(fds.address, O_CLOEXEC), "pipe2");
  const [startPipe, starter] = [fds.view.getInt32(0, true), fds.view.getInt32(4, true)];
  const seccompFilter = names === null ? 0 : seccompProgram(names);
  try {
    const child = Child.spawn({ ...options, tracing: { startPipe, seccompFilter } });
    tracer.seizeChild(child.pid);
    check(libc.write(starter, cString("!").address, 1), "write");
    return child;
  } finally {
    close(startPipe);
    close(starter);
  }
}

/** @throws CommandError if the command could not be executed; call it once the child has ended */
export function throwIfExecFailed(tracer: Tracer, command: string): void {
  if (tracer.execErrno !== null) throw new CommandError(command, tracer.execErrno);
}
