/** ptrace requests, options, events and stops: ptrace(2), include/uapi/linux/ptrace.h. */

export const PTRACE_POKEDATA = 5;
export const PTRACE_POKEUSER = 6;
export const PTRACE_CONT = 7;
export const PTRACE_DETACH = 17;
export const PTRACE_SYSCALL = 24;
export const PTRACE_SETOPTIONS = 0x4200;
export const PTRACE_GETEVENTMSG = 0x4201;
export const PTRACE_GETSIGINFO = 0x4202;
export const PTRACE_GETREGSET = 0x4204;
export const PTRACE_SETREGSET = 0x4205;
export const PTRACE_SEIZE = 0x4206;
export const PTRACE_INTERRUPT = 0x4207;
export const PTRACE_LISTEN = 0x4208;
export const PTRACE_GET_SYSCALL_INFO = 0x420e;

/** A set of registers: include/uapi/linux/elf.h. */
export const NT_PRSTATUS = 1;

export const PTRACE_O_TRACESYSGOOD = 0x1;
export const PTRACE_O_TRACEFORK = 0x2;
export const PTRACE_O_TRACEVFORK = 0x4;
export const PTRACE_O_TRACECLONE = 0x8;
export const PTRACE_O_TRACEEXEC = 0x10;
export const PTRACE_O_TRACEEXIT = 0x40;
export const PTRACE_O_TRACESECCOMP = 0x80;
export const PTRACE_O_EXITKILL = 0x100000;

export const PTRACE_EVENT_FORK = 1;
export const PTRACE_EVENT_VFORK = 2;
export const PTRACE_EVENT_CLONE = 3;
export const PTRACE_EVENT_EXEC = 4;
export const PTRACE_EVENT_EXIT = 6;
export const PTRACE_EVENT_SECCOMP = 7;
export const PTRACE_EVENT_STOP = 128;

/** struct ptrace_syscall_info. */
export const SYSCALL_INFO_SIZE = 88;
export const SYSCALL_INFO = {
  op: 0,
  arch: 4,
  instruction_pointer: 8,
  stack_pointer: 16,
  nr: 24,
  args: 32,
  rval: 24,
  is_error: 32,
} as const;
export const PTRACE_SYSCALL_INFO_ENTRY = 1;
export const PTRACE_SYSCALL_INFO_EXIT = 2;
export const PTRACE_SYSCALL_INFO_SECCOMP = 3;

/** Register sets: include/uapi/linux/elf.h. */
export const NT_ARM_SYSTEM_CALL = 0x404;

/** The ABI that a system call number belongs to: include/uapi/linux/audit.h. */
export const AUDIT_ARCH_X86_64 = 0xc000003e;
export const AUDIT_ARCH_I386 = 0x40000003;
export const AUDIT_ARCH_AARCH64 = 0xc00000b7;
export const AUDIT_ARCH_ARM = 0x40000028;
/** Set in the system call numbers of x32 programs. */
export const X32_SYSCALL_BIT = 0x40000000;

/** A tracee's status from waitpid(2). */
export interface TraceeStatus {
  readonly kind: "exited" | "killed" | "syscall" | "event" | "signal" | "group-stop";
  /** The exit code, the signal, or the event's number. */
  readonly value: number;
  /** Whether a core was dumped. */
  readonly core: boolean;
}

const SIGTRAP = 5;

/** Parses the status of a seized tracee. */
export function parseTraceeStatus(status: number): TraceeStatus {
  const signal = status & 0x7f;
  if (signal === 0) return { kind: "exited", value: (status >> 8) & 0xff, core: false };
  if (signal !== 0x7f) return { kind: "killed", value: signal, core: (status & 0x80) !== 0 };
  const stop = (status >> 8) & 0xff;
  const event = status >>> 16;
  if (event === PTRACE_EVENT_STOP)
    return {
      kind: stop === SIGTRAP ? "event" : "group-stop",
      value: stop === SIGTRAP ? event : stop,
      core: false,
    };
  if (event !== 0) return { kind: "event", value: event, core: false };
  if (stop === (SIGTRAP | 0x80)) return { kind: "syscall", value: 0, core: false };
  return { kind: "signal", value: stop, core: false };
}
