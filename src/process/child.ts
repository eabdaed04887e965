/** Starts the traced command in the state that trace itself was started in, and waits for it. */

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { check, lastErrno, SystemError } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, cString, cStringArray, type Memory } from "../ffi/memory.ts";
import { native } from "../ffi/native.ts";
import { ECHILD, ENOENT, ENOEXEC, errnoName } from "../kernel/errno.ts";
import { missingCallsFilter } from "../kernel/seccomp.ts";
import { CLD_EXITED, CLD_STOPPED, SIGINFO, SIGINFO_SIZE, SIGKILL } from "../kernel/signal.ts";
import { findCommand } from "./find-command.ts";
import type { InheritedState } from "./inherited-state.ts";
import { filterProgram } from "./seccomp.ts";
import type { User } from "./user.ts";

/** waitid(2). */
const P_PIDFD = 3;
const WNOHANG = 1;
const WSTOPPED = 2;
const WEXITED = 4;

/** How much of a file shells check. */
const SAMPLE_BYTES = 128;

/** struct trace_spawn_request of src/native/spawn.c. */
export const SPAWN_REQUEST_SIZE = 128;
export const SPAWN_REQUEST = {
  file: 0,
  argv: 8,
  envp: 16,
  groups: 24,
  inherit: 32,
  nofile_soft: 40,
  nofile_hard: 48,
  memlock_soft: 56,
  memlock_hard: 64,
  cgroup_fd: 72,
  uid: 76,
  gid: 80,
  group_count: 84,
  inherit_count: 88,
  flags: 92,
  pidfd: 96,
  stage: 100,
  error: 104,
  child_end: 108,
  filter: 112,
  tracer_end: 120,
} as const;
/** Names of enum stage: the call that the child reached. */
export const STAGES = [
  "clone3",
  "prctl",
  "setrlimit",
  "fcntl",
  "setgroups",
  "setresgid",
  "setresuid",
  "execve",
];
const SPAWN_SET_USER = 1;
const SPAWN_IGNORE_SIGPIPE = 2;
const SPAWN_IGNORE_SIGXFSZ = 4;
const SPAWN_ORPHAN = 8;
/** Where a process that leaves its parent goes. */
const PLACE_FLAGS = { parent: 0, group: 16, session: 32 } as const;
/** The process group and session of its parent; a process group, or a session, of its own. */
export type OrphanPlace = keyof typeof PLACE_FLAGS;

/** The command cannot be executed. The status is that of shells: 127 for ENOENT, otherwise 126. */
export class CommandError extends TraceError {
  override readonly name = "CommandError";
  override readonly code = "COMMAND";
  readonly status: number;
  readonly command: string;

  constructor(command: string, errno: number) {
    super(`${command === "" ? "''" : command}: ${libc.strerror(errno)} (${errnoName(errno)})`);
    this.status = errno === ENOENT ? 127 : 126;
    this.command = command;
  }
}

export interface PtraceSetup {
  /** A socket. The child waits for a byte from it, and writes {stage, errno} to it if it fails. */
  readonly childEnd: number;
  /** The other end, which the child must not keep open. */
  readonly tracerEnd: number;
  /** Address of a struct sock_fprog, or 0. It answers the missing calls too. */
  readonly seccompFilter: number;
}

export interface SpawnOptions {
  /** The command and its arguments. A command without a slash is looked up in PATH. */
  readonly command: readonly string[];
  /** Where to look the command up; by default the PATH of its environment. */
  readonly searchPath?: string;
  /** The command's argument 0; by default the command as given. */
  readonly argv0?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly inherited: InheritedState;
  /** The user to run as; null: ours. */
  readonly user: User | null;
  /** An open fd of the cgroup v2 directory to start in; by default ours. */
  readonly cgroup?: number;
  /** Numbers of calls that the command shall not have: they fail with ENOSYS, in all ABIs. */
  readonly missingCalls?: readonly number[];
  /** For a command that is traced by ptrace(2). */
  readonly tracing?: PtraceSetup;
  /** For a process that shall not be our child: daemon(7). */
  readonly orphan?: OrphanPlace;
}

/** The options of a command that is traced by ptrace(2). */
export type TracedOptions = SpawnOptions & Required<Pick<SpawnOptions, "tracing">>;

/** Whether shells take a file for a script: it is not ELF and has no NUL in the first line. */
function isScript(path: string): boolean {
  const line = firstLine(path);
  return !line.startsWith("\x7fELF") && !line.includes("\0");
}

function firstLine(path: string): string {
  const sample = Buffer.alloc(SAMPLE_BYTES);
  const file = openSync(path, "r");
  try {
    const length = readSync(file, sample);
    return sample.toString("latin1", 0, length).split("\n")[0];
  } finally {
    closeSync(file);
  }
}

/** Whether the kernel will refuse a script because it has no "#!". */
function needsShell(path: string): boolean {
  try {
    const { mode } = statSync(path);
    return (mode & 0o111) !== 0 && isScript(path) && !firstLine(path).startsWith("#!");
  } catch {
    return false;
  }
}

function int32Array(values: readonly number[]): Memory {
  const memory = allocate(values.length * 4);
  for (const [index, value] of values.entries()) memory.view.setInt32(index * 4, value, true);
  return memory;
}

/** Adds the variables that a login sets to the environment. */
export function userEnvironment(env: SpawnOptions["env"], user: User | null) {
  return user ? { ...env, HOME: user.home, USER: user.name, LOGNAME: user.name } : env;
}

function seccompFilter({ tracing, missingCalls = [] }: SpawnOptions): number {
  if (tracing) return tracing.seccompFilter;
  return missingCalls.length ? filterProgram(missingCallsFilter(missingCalls)) : 0;
}

function encodeRequest(options: SpawnOptions, path: string): Memory {
  const { command, inherited, user, cgroup } = options;
  const at = SPAWN_REQUEST;
  const memory = allocate(SPAWN_REQUEST_SIZE);
  const address = (field: number, target: Memory) =>
    memory.view.setBigUint64(field, BigInt(target.address), true);
  const i32 = (field: number, value: number) => memory.view.setInt32(field, value, true);
  const env = Object.entries(userEnvironment(options.env, user));
  address(at.file, cString(path));
  address(at.argv, cStringArray([options.argv0 ?? command[0], ...command.slice(1)]));
  address(at.envp, cStringArray(env.map(([name, value]) => `${name}=${value ?? ""}`)));
  address(at.groups, int32Array(user?.groups ?? []));
  address(at.inherit, int32Array(inherited.fds));
  memory.view.setBigUint64(at.nofile_soft, inherited.nofile.soft, true);
  memory.view.setBigUint64(at.nofile_hard, inherited.nofile.hard, true);
  memory.view.setBigUint64(at.memlock_soft, inherited.memlock.soft, true);
  memory.view.setBigUint64(at.memlock_hard, inherited.memlock.hard, true);
  i32(at.cgroup_fd, cgroup ?? -1);
  i32(at.child_end, options.tracing?.childEnd ?? -1);
  i32(at.tracer_end, options.tracing?.tracerEnd ?? -1);
  memory.view.setBigUint64(at.filter, BigInt(seccompFilter(options)), true);
  i32(at.uid, user?.uid ?? 0);
  i32(at.gid, user?.gid ?? 0);
  i32(at.group_count, user?.groups.length ?? 0);
  i32(at.inherit_count, inherited.fds.length);
  i32(
    at.flags,
    (user ? SPAWN_SET_USER : 0) |
      (options.orphan ? SPAWN_ORPHAN | PLACE_FLAGS[options.orphan] : 0) |
      (inherited.ignoresSigpipe ? SPAWN_IGNORE_SIGPIPE : 0) |
      (inherited.ignoresSigxfsz ? SPAWN_IGNORE_SIGXFSZ : 0),
  );
  return memory;
}

function viaShell({ argv0: _, ...options }: SpawnOptions, path: string): SpawnOptions {
  return { ...options, command: ["/bin/sh", path, ...options.command.slice(1)] };
}

/** A request, and the path of the program. */
interface Prepared {
  readonly memory: Memory;
  readonly path: string;
}

/** Finds the command. @throws CommandError if there is none */
function prepare(options: SpawnOptions): Prepared {
  const { command, env, user } = options;
  const lookup = findCommand(command[0], options.searchPath ?? env.PATH, user);
  if ("errno" in lookup) throw new CommandError(command[0], lookup.errno);
  // A child that waits for its tracer cannot report ENOEXEC before we return.
  if (options.tracing && needsShell(lookup.path)) return prepare(viaShell(options, lookup.path));
  return { memory: encodeRequest(options, lookup.path), path: lookup.path };
}

/** Returns the error of a child that could not execute its command: the call that failed. */
export function startError(command: string, stage: number, errno: number): TraceError {
  const call = STAGES[stage] ?? "execve";
  return call === "execve"
    ? new CommandError(command, errno)
    : new SystemError(call, command, errno);
}

export class Child {
  readonly pid: number;
  /** Readable after the command exits: pidfd_open(2). */
  readonly pidfd: number;
  private exitStatus: number | null = null;
  /** Shared, because each use ends with a call. */
  private static sharedSiginfo: Memory | undefined;

  private get siginfo(): Memory {
    Child.sharedSiginfo ??= allocate(SIGINFO_SIZE);
    return Child.sharedSiginfo;
  }

  private constructor(pid: number, pidfd: number) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /**
   * Starts the command. Runs a script without #! with /bin/sh, as shells and execvp(3) do.
   * @throws CommandError if it cannot be executed
   * @throws SystemError if a call before the exec fails
   */
  static spawn(options: SpawnOptions): Child {
    return Child.start(options, prepare(options));
  }

  /**
   * Prepares a command that is started many times, as memory for C is never freed.
   * @returns a function that starts it; it throws as spawn()
   * @throws CommandError if there is no such command
   */
  static repeatable(options: SpawnOptions): () => Child {
    const prepared = prepare(options);
    return () => Child.start(options, prepared);
  }

  private static start(options: SpawnOptions, { memory, path }: Prepared): Child {
    const { command } = options;
    memory.view.setInt32(SPAWN_REQUEST.error, 0, true);
    const pid = native().trace_spawn(memory.address);
    if (pid < 0) throw new SystemError("clone3", command[0], -pid);
    const child = new Child(pid, memory.view.getInt32(SPAWN_REQUEST.pidfd, true));
    const error = memory.view.getInt32(SPAWN_REQUEST.error, true);
    if (error === 0) return child;
    child.wait(WEXITED);
    libc.close(child.pidfd);
    const stage = memory.view.getInt32(SPAWN_REQUEST.stage, true);
    if (STAGES[stage] === "execve" && error === ENOEXEC && isScript(path))
      return Child.spawn(viaShell(options, path));
    throw startError(command[0], stage, error);
  }

  /** Starts a process that is not our child. @throws as spawn() */
  static spawnOrphan(options: SpawnOptions, orphan: OrphanPlace): void {
    const between = Child.spawn({ ...options, orphan });
    between.end();
    libc.close(between.pidfd);
  }

  /**
   * Becomes the command: executes it in this process, once a tracer has seized that. Does not return:
   * if the command cannot be executed, this process ends, and the tracer has the reason.
   * @param startTracer called once the command is found
   * @throws CommandError if there is no such command
   */
  static become(options: TracedOptions, startTracer: () => void): never {
    const { memory } = prepare(options);
    startTracer();
    native().trace_become(memory.address);
    throw new Error("trace_become() does not return");
  }

  /** Returns whether the child changed state; `siginfo` is valid then. */
  private wait(options: number): boolean {
    this.siginfo.view.setInt32(SIGINFO.si_pid, 0, true);
    const result = libc.waitid(P_PIDFD, this.pidfd, this.siginfo.address, options);
    // Without WEXITED, waitid() fails with ECHILD for a zombie.
    if (result < 0 && !(options & WEXITED) && lastErrno() === ECHILD) return false;
    check(result, "waitid", `pid ${this.pid}`);
    return this.siginfo.view.getInt32(SIGINFO.si_pid, true) !== 0;
  }

  /** Returns the exit status, 128 + N after signal N as in a shell; null while the command runs. */
  status(): number | null {
    if (this.exitStatus === null && this.wait(WEXITED | WNOHANG)) {
      const status = this.siginfo.view.getInt32(SIGINFO.si_status, true);
      const exited = this.siginfo.view.getInt32(SIGINFO.si_code, true) === CLD_EXITED;
      this.exitStatus = exited ? status : 128 + status;
    }
    return this.exitStatus;
  }

  /** Returns the signal by which job control has stopped the command since the last call; 0 if it has not. */
  stopSignal(): number {
    if (this.exitStatus !== null || !this.wait(WSTOPPED | WNOHANG)) return 0;
    const isStopped = this.siginfo.view.getInt32(SIGINFO.si_code, true) === CLD_STOPPED;
    return isStopped ? this.siginfo.view.getInt32(SIGINFO.si_status, true) : 0;
  }

  /** Ends the command and waits for it: trace itself has failed. */
  end(): void {
    this.kill(SIGKILL);
    if (this.exitStatus === null) this.wait(WEXITED);
  }

  /** Sends a signal, unless status() has returned the exit status. */
  kill(signal: number): void {
    if (this.exitStatus === null) libc.kill(this.pid, signal);
  }
}

/**
 * Starts a command and works with it. If the work fails, the command is ended: it must not go on
 * after trace has failed.
 * @param start calls the function that it is passed, which starts the command
 */
export function withChild<T>(
  options: SpawnOptions,
  work: (child: Child) => T,
  start: (spawn: () => Child) => Child = (spawn) => spawn(),
): T {
  let started: Child | undefined;
  const spawn = () => {
    started = Child.spawn(options);
    return started;
  };
  try {
    return work(start(spawn));
  } catch (error) {
    started?.end();
    throw error;
  }
}
