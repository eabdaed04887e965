/** Starts a command under a tracer. The child waits on a socket until it is seized: ptrace(2). */

import { check, SystemError } from "../../ffi/errno.ts";
import { close, socketPair } from "../../ffi/fd.ts";
import { libc } from "../../ffi/libc.ts";
import { ARCH } from "../../ffi/machine.ts";
import { allocate, cString } from "../../ffi/memory.ts";
import { missingCallsFilter, SOCK_FILTER_SIZE, traceFilter } from "../../kernel/seccomp.ts";
import { MSG_DONTWAIT } from "../../kernel/socket.ts";
import {
  Child,
  CommandError,
  type SpawnOptions,
  startError,
  type TracedOptions,
} from "../../process/child.ts";
import { filterProgram } from "../../process/seccomp.ts";
import { syscallNumber } from "../../syscalls/table.ts";
import { CLONE_UNTRACED } from "./clone-flags.ts";
import { FILTER_CALLS, hasFilter } from "./own-filters.ts";
import { refusal } from "./refusal.ts";
import type { Tracer } from "./tracer.ts";

/** The exec marks where the command itself begins. */
const EXEC_SYSCALLS = ["execve", "execveat"];
/** Always traced; clone3 because its flags are in memory: see own-filters.ts and clone-flags.ts. */
const ALWAYS_TRACED = [...EXEC_SYSCALLS, ...FILTER_CALLS, "clone3"];
const ANY_BIT = 0xffffffff;

/** A call to stop at if one of its arguments is not NULL. */
export interface CallWithPointer {
  readonly name: string;
  /** The index of the argument. */
  readonly argument: number;
}

/** Returns the filter that stops at these calls: seccomp(2). */
function stopFilter(
  names: ReadonlySet<string>,
  withPointer: readonly CallWithPointer[],
  missing: readonly number[],
): Uint8Array {
  const numbers = [...names, ...ALWAYS_TRACED].flatMap((name) => syscallNumber(ARCH, name) ?? []);
  const clone = syscallNumber(ARCH, "clone")!;
  const untraced = numbers.includes(clone) ? [] : [{ number: clone, bits: CLONE_UNTRACED }];
  const conditional = withPointer.map(({ name, argument }) => {
    return { number: syscallNumber(ARCH, name)!, argument, bits: ANY_BIT, highBits: ANY_BIT };
  });
  return traceFilter([...new Set(numbers), ...untraced, ...conditional], ARCH, missing);
}

/** struct { int32_t stage, error } of src/native/spawn.c. */
const FAILURE_SIZE = 8;

/** A command that a tracer has started. */
export class TracedCommand {
  readonly pid: number;
  /** Readable after the command exits: pidfd_open(2). */
  readonly pidfd: number;
  private readonly tracer: Tracer;
  private readonly command: string;
  private readonly socket: number;

  constructor(
    tracer: Tracer,
    { pid, pidfd }: Pick<Child, "pid" | "pidfd">,
    command: string,
    socket: number,
  ) {
    this.tracer = tracer;
    this.pid = pid;
    this.pidfd = pidfd;
    this.command = command;
    this.socket = socket;
  }

  /**
   * Call it once the command has ended.
   * @throws CommandError if it could not be executed
   * @throws SystemError if a call before the exec failed
   */
  throwIfNotStarted(): void {
    const { execErrno } = this.tracer;
    if (execErrno !== null) throw new CommandError(this.command, execErrno);
    if (!this.tracer.awaitsExec) return;
    const failure = allocate(FAILURE_SIZE);
    const { address } = failure;
    if (libc.recv(this.socket, address, FAILURE_SIZE, MSG_DONTWAIT) < FAILURE_SIZE) return;
    throw startError(this.command, failure.view.getInt32(0, true), failure.view.getInt32(4, true));
  }

  close(): void {
    close(this.socket);
  }
}

/** The socket between the tracer and the process that becomes the command. */
interface Ends {
  readonly tracerEnd: number;
  readonly childEnd: number;
}

function withTracing(
  options: SpawnOptions,
  names: ReadonlySet<string> | null,
  withPointer: readonly CallWithPointer[],
  ends: Ends,
): TracedOptions {
  const { missingCalls = [] } = options;
  // A filter that we inherited may answer calls before ours.
  const filter =
    names === null || hasFilter("self")
      ? missingCallsFilter(missingCalls)
      : stopFilter(names, withPointer, missingCalls);
  const isNeeded = filter.length > SOCK_FILTER_SIZE;
  return {
    ...options,
    tracing: { ...ends, seccompFilter: isNeeded ? filterProgram(filter) : 0 },
  };
}

/**
 * Starts a command and seizes it before it executes. If that fails, the child has ended.
 * @param names the calls to stop at; null for all
 * @param withPointer further calls to stop at
 * @throws SystemError
 */
export function spawnTraced(
  tracer: Tracer,
  options: SpawnOptions,
  names: ReadonlySet<string> | null,
  withPointer: readonly CallWithPointer[] = [],
): TracedCommand {
  const [tracerEnd, childEnd] = socketPair();
  let child: Child | null = null;
  try {
    child = Child.spawn(withTracing(options, names, withPointer, { tracerEnd, childEnd }));
    close(childEnd);
    seize(tracer, child.pid, true);
    check(libc.write(tracerEnd, cString("!").address, 1), "write");
    return new TracedCommand(tracer, child, options.command[0], tracerEnd);
  } catch (error) {
    close(tracerEnd);
    if (child) child.end();
    else close(childEnd);
    throw error;
  }
}

/**
 * Becomes the command, which a process that `startTracer` has started traces: strace -D. Does not
 * return.
 * @param startTracer starts a process that keeps the fd and calls `adoptTraced`
 * @throws CommandError, SystemError
 */
export function becomeTraced(
  options: SpawnOptions,
  names: ReadonlySet<string> | null,
  startTracer: (tracerEnd: number) => void,
): never {
  const [tracerEnd, childEnd] = socketPair();
  const traced = withTracing(options, names, [], { tracerEnd, childEnd });
  return Child.become(traced, () => startTracer(tracerEnd));
}

/**
 * Seizes the process that has started us, before it executes the command.
 * @throws SystemError
 */
export function adoptTraced(
  tracer: Tracer,
  { pid, socket }: { readonly pid: number; readonly socket: number },
  command: string,
): TracedCommand {
  // The process allows us to trace it first.
  check(libc.recv(socket, allocate(1).address, 1, 0), "recv", `fd ${socket}`);
  seize(tracer, pid, false);
  check(libc.write(socket, cString("!").address, 1), "write");
  return new TracedCommand(tracer, { pid, pidfd: -1 }, command, socket);
}

/** @throws SystemError that says why, as far as that is known */
function seize(tracer: Tracer, pid: number, isChild: boolean): void {
  try {
    tracer.seizeCommand(pid, isChild);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const { call, errno } = error;
    throw new SystemError(call, "PTRACE_SEIZE", errno, refusal(pid), { cause: error });
  }
}
