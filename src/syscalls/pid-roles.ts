/** Which arguments, fields and results of system calls are numbers of processes, from man pages. */
import type { PidRole } from "./pid-details.ts";
import { type Abi, argumentsOf } from "./table.ts";
import type { NamedArgument, Value } from "./value.ts";

export interface SyscallFields {
  readonly name: string;
  readonly abi: Abi;
  readonly args: readonly (Value | null | undefined)[];
}

/** The arguments that are not processes. */
const ARGUMENT_ROLES: Readonly<Record<string, PidRole>> = {
  "tkill pid": "tid",
  "tgkill pid": "tid",
  "rt_tgsigqueueinfo pid": "tid",
  "setpgid pgid": "pgid",
};

const RESULT_ROLES: Readonly<Record<string, PidRole>> = {
  getpid: "tgid",
  getppid: "tgid",
  gettid: "tid",
  set_tid_address: "tid",
  getpgrp: "pgid",
  getpgid: "pgid",
  getsid: "sid",
  setsid: "sid",
  fork: "tid",
  vfork: "tid",
  clone: "tid",
  clone3: "tid",
  wait4: "tgid",
  waitpid: "tgid",
};

/** The first argument says what the second one is. */
const WHICH_ROLES: Readonly<Record<string, PidRole>> = {
  P_PID: "tgid",
  P_PGID: "pgid",
  PRIO_PROCESS: "tgid",
  PRIO_PGRP: "pgid",
  IOPRIO_WHO_PROCESS: "tgid",
  IOPRIO_WHO_PGRP: "pgid",
  F_OWNER_TID: "tid",
  F_OWNER_PID: "tgid",
  F_OWNER_PGRP: "pgid",
};
const WHICH_CALLS = new Set(["waitid", "getpriority", "setpriority", "ioprio_get", "ioprio_set"]);
const FCNTL_OWNER: Readonly<Record<string, "argument" | "result">> = {
  F_SETOWN: "argument",
  F_GETOWN: "result",
};

function namesOf(value: Value | null | undefined): readonly string[] {
  return value?.kind === "named" ? value.names : value?.kind === "symbol" ? [value.name] : [];
}

function roleOfWhich(value: Value | null | undefined): PidRole | null {
  return WHICH_ROLES[namesOf(value)[0] ?? ""] ?? null;
}

/** enum pid_type of the kernel. */
const PID_TYPE_ROLES: Readonly<Record<string, PidRole>> = {
  PIDTYPE_TGID: "tgid",
  PIDTYPE_PGID: "pgid",
  PIDTYPE_SID: "sid",
};

function prctlRole({ args }: SyscallFields, index: number): PidRole | null {
  const [option] = namesOf(args[0]);
  if (option === "PR_SET_PTRACER") return index === 1 ? "tgid" : null;
  if (option !== "PR_SCHED_CORE" || index !== 2) return null;
  return PID_TYPE_ROLES[namesOf(args[3])[0] ?? ""] ?? "tid";
}

/** Returns the role of an argument; null if it is no process. */
export function roleOf(call: SyscallFields, index: number): PidRole | null {
  const { name, abi, args } = call;
  if (WHICH_CALLS.has(name)) return index === 1 ? roleOfWhich(args[0]) : null;
  if (name === "prctl") return prctlRole(call, index);
  if (name.startsWith("fcntl"))
    return index === 2 && FCNTL_OWNER[namesOf(args[1])[0] ?? ""] === "argument" ? "tgid" : null;
  const argument = argumentsOf(name, abi)?.[index];
  if (!argument?.type.endsWith("pid_t") && argument?.name !== "pid") return null;
  return ARGUMENT_ROLES[`${name} ${argument.name}`] ?? "tgid";
}

export function resultRole({ name, args }: SyscallFields): PidRole | null {
  if (name.startsWith("fcntl"))
    return FCNTL_OWNER[namesOf(args[1])[0] ?? ""] === "result" ? "tgid" : null;
  return RESULT_ROLES[name] ?? null;
}

const FIELD_NAMES = new Set(["si_pid", "l_pid", "pid", "nl_pid", "nlmsg_pid"]);

/** Returns the role of a field of a struct; null if it is no process. */
export function fieldRole(
  name: string,
  fields: readonly NamedArgument[],
  index: number,
): PidRole | null {
  if (!FIELD_NAMES.has(name)) return null;
  // struct f_owner_ex says what its pid is.
  const before = index > 0 && fields[index - 1][0] === "type" ? fields[index - 1][1] : null;
  return roleOfWhich(before) ?? "tgid";
}
