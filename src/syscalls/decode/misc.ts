/** Rarely used calls for which the tables alone say too little or too much. */
import { siginfoValue } from "../siginfo.ts";
import {
  array,
  enumValue,
  field,
  flags,
  integer,
  pointer,
  struct,
  symbol,
  type Value,
} from "../value.ts";
import * as usual from "./arguments.ts";
import { bpfProgramAt } from "./bpf-filter.ts";
import { type ArgumentDecoder, onEntry, onExit, onExitIf, type SyscallView } from "./call.ts";
import { formatOf, oneOf } from "./formats.ts";
import { constantName, constants } from "./named-constants.ts";
import { signalNameValue } from "./process.ts";
import { shapeAt } from "./shapes.ts";
import { deviceValue, timespecAt } from "./structs.ts";
import { key } from "./system.ts";

const { address, choice, hex, int, set, string, ulong } = usual;

const signal = onEntry((call, index) => signalNameValue(call.int(index)));
const siginfo = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n || call.wordSize === 4 ? null : call.memory.read(Number(at), 128);
  return found ? { kind: "siginfo", info: siginfoValue(found.view) } : pointer(at);
});
const clock = choice(() => constants("clock"), "CLOCK_???");

const SIGEV_THREAD = 2;
/** struct sigevent: how a timer notifies. */
export const sigevent = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n || call.wordSize === 4 ? null : call.memory.read(Number(at), 32);
  if (!found) return pointer(at);
  const { view } = found;
  const value = view.getBigUint64(0, true);
  const how = view.getInt32(12, true);
  const signo = view.getUint32(8, true);
  const number = signo <= 64 ? signalNameValue(signo) : integer(signo);
  return struct([
    ...(value === 0n
      ? []
      : [
          [
            "sigev_value",
            struct([
              ["sival_int", integer(view.getInt32(0, true))],
              ["sival_ptr", pointer(value)],
            ]),
          ] as const,
        ]),
    ["sigev_signo", number],
    ["sigev_notify", enumValue(how, constants("sigev"), "SIGEV_???")],
    ...(how === SIGEV_THREAD
      ? ([
          ["sigev_notify_function", pointer(view.getBigUint64(16, true))],
          ["sigev_notify_attributes", pointer(view.getBigUint64(24, true))],
        ] as const)
      : []),
    ...(how === 4 ? [["sigev_notify_thread_id", integer(view.getInt32(16, true))] as const] : []),
  ]);
});

const LANDLOCK_FIELDS = [
  ["handled_access_fs", "landlock_fs", "LANDLOCK_ACCESS_FS_???"],
  ["handled_access_net", "landlock_net", "LANDLOCK_ACCESS_NET_???"],
  ["scoped", "landlock_scope", "LANDLOCK_SCOPE_???"],
] as const;
/** struct landlock_ruleset_attr, limited to the size that the caller passes. */
const ruleset = onEntry((call, index) => {
  const at = call.ulong(index);
  const size = Number(call.ulong(index + 1));
  const fields: [string, Value][] = [];
  for (const [i, [name, names, placeholder]] of LANDLOCK_FIELDS.entries()) {
    const found = size < (i + 1) * 8 ? null : call.memory.read(Number(at) + i * 8, 8);
    if (!found) break;
    fields.push([name, flags(found.view.getBigUint64(0, true), constants(names), placeholder)]);
  }
  return fields.length === 0 ? pointer(at) : struct(fields, size > fields.length * 8);
});

/** The attributes of a rule, by its type. */
const landlockRule = onEntry((call, index) => {
  const at = call.ulong(index);
  const type = constantName("landlock_rule", call.int(1));
  const found = type === "" ? null : call.memory.read(Number(at), type.endsWith("PORT") ? 16 : 12);
  if (!found) return pointer(at);
  const access = found.view.getBigUint64(0, true);
  return type.endsWith("PORT")
    ? struct([
        ["allowed_access", flags(access, constants("landlock_net"), "LANDLOCK_ACCESS_NET_???")],
        ["port", integer(found.view.getBigUint64(8, true))],
      ])
    : struct([
        ["allowed_access", flags(access, constants("landlock_fs"), "LANDLOCK_ACCESS_FS_???")],
        ["parent_fd", usual.fdValue(call, found.view.getInt32(8, true))],
      ]);
});

/** seccomp(2): the flags and the pointer depend on the operation. */
const SECCOMP_SET_MODE_FILTER = 1;
const seccompFlags = onEntry((call, index) =>
  call.uint(0) === SECCOMP_SET_MODE_FILTER
    ? flags(call.uint(index), constants("seccomp_flags"), "SECCOMP_FILTER_FLAG_???")
    : integer(call.uint(index), "hex"),
);
const isSizes = (call: SyscallView) => constantName("seccomp", call.int(0)).endsWith("NOTIF_SIZES");
const seccompArgument = onExitIf(isSizes, (call, index) => {
  const at = call.ulong(index);
  const operation = constantName("seccomp", call.int(0));
  if (isSizes(call) && !call.failed) return shapeAt(call, at, "seccomp_notif_sizes");
  if (operation === "SECCOMP_SET_MODE_FILTER") return bpfProgramAt(call, at);
  const found = operation === "SECCOMP_GET_ACTION_AVAIL" ? call.memory.read(Number(at), 4) : null;
  if (!found) return pointer(at);
  const action = found.view.getUint32(0, true);
  return array([enumValue(action, constants("seccomp_action"), "SECCOMP_RET_???")]);
});

const timespecIn = onEntry(
  (call, index) => timespecAt(call, call.ulong(index)) ?? pointer(call.ulong(index)),
);

/** reboot(2): its second number, and the text of one command. */
const isRestart = (call: SyscallView) => constantName("reboot", call.uint(2)).endsWith("RESTART2");
/** The kernel reads no more of it, and no NUL behind. */
const MAX_RESTART_TEXT = 255;
const restartText = usual.onlyIf(
  isRestart,
  onEntry((call, index) => {
    const { string: limit } = call.limits;
    if (limit < MAX_RESTART_TEXT) return usual.stringAt(call, call.ulong(index));
    return usual.stringUpToAt(call, call.ulong(index), MAX_RESTART_TEXT);
  }),
);
const numberOf = (set: string, placeholder: string) =>
  onEntry((call, index) => oneOf(BigInt(call.uint(index)), constants(set), placeholder));

/** kcmp(2): what two of its kinds compare. */
const kcmpKind = (call: SyscallView) => constantName("kcmp", call.int(2));
const KCMP_ADDRESSED = ["KCMP_FILE", "KCMP_EPOLL_TFD"];
/** struct kcmp_epoll_slot: the fd of an epoll instance, and a number that it knows. */
function epollSlotAt(call: SyscallView, at: bigint, process: number): Value {
  const found = at === 0n ? null : call.memory.read(Number(at), 12);
  if (!found) return pointer(at);
  const [efd, tfd] = [0, 4].map((offset) => found.view.getInt32(offset, true));
  return struct([
    ["efd", usual.fdValueOf(call, efd, process)],
    ["tfd", usual.fdValueOf(call, tfd, process)],
    ["toff", integer(found.view.getUint32(8, true))],
  ]);
}
const kcmpIndex = (isSlot: boolean): ArgumentDecoder => ({
  optional: true,
  ...onEntry((call, index) => {
    const kind = kcmpKind(call);
    if (KCMP_ADDRESSED.includes(kind))
      return isSlot && kind === "KCMP_EPOLL_TFD"
        ? epollSlotAt(call, call.ulong(index), call.int(1))
        : usual.fdValueOf(call, call.int(index), call.int(isSlot ? 1 : 0));
    return kind === "" ? integer(call.ulong(index), "hex") : null;
  }),
});

/** modify_ldt(2): one descriptor, if the size is that of one. */
const DESCRIPTOR_SIZE = 16n;
const descriptor = onEntry((call, index) =>
  call.ulong(index + 1) === DESCRIPTOR_SIZE
    ? shapeAt(call, call.ulong(index), "user_desc")
    : pointer(call.ulong(index)),
);

/** get_thread_area(2): the number of the entry, and the whole of it if the call succeeds. */
const threadArea = onExit(
  (call, index, before) => {
    const at = call.ulong(index);
    return call.failed ? (before ?? pointer(at)) : shapeAt(call, at, "user_desc");
  },
  (call, index) => {
    const at = call.ulong(index);
    const found = at === 0n ? null : call.memory.read(Number(at), 4);
    if (!found) return null;
    return struct(
      [["entry_number", formatOf("id")(call, BigInt(found.view.getUint32(0, true)), 4)]],
      true,
    );
  },
);

export const MISC_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  reboot: [
    numberOf("reboot_magic", "LINUX_REBOOT_MAGIC_???"),
    numberOf("reboot_magic2", "LINUX_REBOOT_MAGIC_???"),
    numberOf("reboot", "LINUX_REBOOT_CMD_???"),
    restartText,
  ],
  kcmp: [int, int, numberOf("kcmp", "KCMP_???"), kcmpIndex(false), kcmpIndex(true)],
  modify_ldt: [int, descriptor, ulong],
  get_thread_area: [threadArea],
  pidfd_send_signal: [
    usual.fd,
    signal,
    siginfo,
    set(() => constants("pidfd_signal"), "PIDFD_SIGNAL_???"),
  ],
  rt_sigqueueinfo: [int, signal, siginfo],
  rt_tgsigqueueinfo: [int, int, signal, siginfo],
  clock_settime: [clock, timespecIn],
  timer_create: [
    clock,
    sigevent,
    onExit((call, index) =>
      call.failed ? pointer(call.ulong(index)) : usual.numberAt(call, call.ulong(index), 4),
    ),
  ],
  timerfd_create: [
    clock,
    set(
      () => [
        ["TFD_CLOEXEC", 0o2000000],
        ["TFD_NONBLOCK", 0o4000],
      ],
      "TFD_???",
    ),
  ],
  landlock_add_rule: [
    usual.fd,
    choice(() => constants("landlock_rule"), "LANDLOCK_RULE_???"),
    landlockRule,
    set(() => constants("landlock_add"), "LANDLOCK_ADD_???"),
  ],
  landlock_create_ruleset: [
    ruleset,
    ulong,
    set(() => constants("landlock_ruleset"), "LANDLOCK_CREATE_RULESET_???"),
  ],
  seccomp: [
    choice(() => constants("seccomp"), "SECCOMP_SET_MODE_???"),
    seccompFlags,
    seccompArgument,
  ],
  restart_syscall: [
    onEntry(({ restartedName }) =>
      field("call", symbol(restartedName || "system call"), "resumption"),
    ),
  ],
  ioperm: [hex, hex, int],
  sysfs: [hex, hex, hex],
  ustat: [onEntry((call, index) => deviceValue(call.uint(index))), address],
  request_key: [string, string, string, key],
};
