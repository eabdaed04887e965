/**
 * The eBPF programs of a recording: selects those that it needs (bpf/*.bpf.h), enables them before the
 * load and attaches them after it.
 */
import { release } from "node:os";
import { uringOpBits } from "../../events/io-uring-ops.ts";
import { SystemError } from "../../ffi/errno.ts";
import type { BpfObject, BpfProgram } from "../../ffi/libbpf.ts";
import { ENOENT } from "../../kernel/errno.ts";
import { isKernelAtLeast, type KernelVersion } from "../../kernel/kernel-version.ts";
import { type BpfOptions, syscallKinds } from "./config.ts";
import { configureIdentity, identityPrograms } from "./identity.ts";
import { LinkSet } from "./links.ts";
import { tracepointHasField, tracepointId } from "./tracepoint.ts";

/** Tracepoints by program name. */
const URING_TRACEPOINTS = {
  uring_submit_req: "io_uring/io_uring_submit_req",
  uring_submit_sqe: "io_uring/io_uring_submit_sqe",
  uring_failed: "io_uring/io_uring_req_failed",
  uring_overflow: "io_uring/io_uring_cqe_overflow",
};
const URING_COMPLETE = "io_uring/io_uring_complete";
const NEW_TASK = { new_task: "task/task_newtask" };
const PROCESS_EXIT = { process_exit: "sched/sched_process_exit" };
const EXEC = "sched/sched_process_exec";
const PREPARE_EXEC = "sched/sched_prepare_exec";
const TASK_RENAME = "task/task_rename";
const SYS_EXIT = "raw_syscalls/sys_exit";

/** The first kernel on which a program at a classic tracepoint can read the registers. */
export const CLASSIC_SYS_EXIT: KernelVersion = [5, 15];
/** The first kernel with bpf_find_vma(). */
const FIND_VMA: KernelVersion = [5, 17];

interface TracepointProgram {
  readonly program: BpfProgram;
  /** The tracepoint: its id, and its name for errors. */
  readonly id: number;
  readonly name: string;
}

export class ProgramSet {
  private readonly object: BpfObject;
  private readonly enabled: BpfProgram[] = [];
  private readonly tracepoints: TracepointProgram[] = [];
  /** The sys_exit program of kernels before CLASSIC_SYS_EXIT. */
  private rawSysExit: BpfProgram | null = null;
  private readonly identity: BpfProgram[] = [];
  private links: LinkSet | null = null;

  /**
   * Enables the programs of an object that is not loaded yet. Tracepoints that the kernel does not
   * have are skipped, except that of system calls.
   * @param withIdentity whether to enable the programs of identity.ts, which the kernel must support
   * @throws SystemError
   */
  constructor(object: BpfObject, options: BpfOptions, withIdentity = false) {
    this.object = object;
    for (const [program, tracepoint] of Object.entries(selectTracepoints(options))) {
      const id = tracepointId(tracepoint);
      if (id !== null) this.enableAt(program, id, tracepoint);
    }
    if (syscallKinds(options).size > 0) this.enableSysExit();
    configureIdentity(object, withIdentity);
    if (withIdentity) for (const name of identityPrograms(options)) this.enableIdentity(name);
  }

  /** Its misses are no losses: the event is recorded, without the file of its name. */
  private enableIdentity(name: string): void {
    const program = this.object.program(name);
    program.enable();
    this.identity.push(program);
  }

  private enableSysExit(): void {
    if (!isKernelAtLeast(release(), CLASSIC_SYS_EXIT)) {
      this.rawSysExit = this.enable("sys_exit_raw");
      return;
    }
    const id = tracepointId(SYS_EXIT);
    if (id === null) throw new SystemError("open", `tracefs events/${SYS_EXIT}`, ENOENT);
    this.enableAt("sys_exit", id, SYS_EXIT);
  }

  private enableAt(program: string, id: number, name: string): void {
    this.tracepoints.push({ program: this.enable(program), id, name });
  }

  private enable(name: string): BpfProgram {
    const program = this.object.program(name);
    program.enable();
    this.enabled.push(program);
    return program;
  }

  /**
   * Attaches the loaded programs; if one fails, detaches the others.
   * @throws SystemError that names the tracepoint
   */
  attach(): void {
    this.links = new LinkSet();
    try {
      for (const { program, id, name } of this.tracepoints) this.links.attach(id, program.fd, name);
      this.rawSysExit?.attach();
      for (const program of this.identity) program.attach();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Returns how often the kernel skipped a program because it was already running on that CPU. */
  recursionMisses(): number {
    return this.enabled.reduce((sum, program) => sum + program.recursionMisses(), 0);
  }

  /** Detaches the programs. */
  close(): void {
    this.links?.close();
    this.links = null;
  }
}

/** Returns the tracepoints of a recording by program name, without that of system calls. */
export function selectTracepoints(options: BpfOptions): Record<string, string> {
  const { kinds, processes } = options;
  const followed = processes === "forked" || processes === "forked-and-descendants";
  return {
    ...(uringOpBits(syscallKinds(options)) ? uringTracepoints() : {}),
    ...(followed || kinds.has("fork") ? NEW_TASK : {}),
    ...(followed || kinds.has("exit") ? PROCESS_EXIT : {}),
    ...(kinds.has("exec") || kinds.has("interp") ? execTracepoints(options) : {}),
  };
}

/**
 * The programs of execs. Those at one tracepoint run in this order: the record of an exec comes
 * before those of its interpreters.
 */
function execTracepoints(options: BpfOptions): Record<string, string> {
  const programs: Record<string, string> = {};
  // The call that an exec was made by is of use only where calls are recorded.
  if (options.kinds.has("interp") || syscallKinds(options).has("exec"))
    Object.assign(programs, callOfExec());
  programs.process_exec = EXEC;
  if (options.kinds.has("interp"))
    programs[isKernelAtLeast(release(), FIND_VMA) ? "elf_interpreter" : "elf_interpreter_in_list"] =
      EXEC;
  return programs;
}

/** The program that notes the call of an exec, where the kernel allows one. */
function callOfExec(): Record<string, string> {
  if (tracepointId(PREPARE_EXEC) !== null) return { prepare_exec: PREPARE_EXEC };
  return isKernelAtLeast(release(), CLASSIC_SYS_EXIT) ? { rename_exec: TASK_RENAME } : {};
}

/** Of the two programs for completions, selects the one that matches the kernel's record. */
function uringTracepoints(): Record<string, string> {
  const hasRequest = tracepointHasField(URING_COMPLETE, "req");
  return {
    ...URING_TRACEPOINTS,
    [hasRequest ? "uring_complete" : "uring_complete_no_req"]: URING_COMPLETE,
  };
}
